package stack

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

// endedProcess is the number of a process that was there and is no more.
func endedProcess(t *testing.T) int {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	require.NoError(t, command.Run())
	return command.Process.Pid
}

// began is when the locks of these tests were taken.
var began = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// locked is the content of a lock.
func locked(pid int, host string) string {
	return pulumifake.LockBy(pid, host, began.Format(time.RFC3339))
}

func TestLocks(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	here, ended := os.Getpid(), endedProcess(t)
	for name, test := range map[string]struct {
		content string
		shared  bool // in a folder that is the backend of several people
		want    *lock.HeldError
	}{
		"of a process that has ended":   {content: locked(ended, host)},
		"of a process that runs":        {content: locked(here, host), want: &lock.HeldError{Holder: fmt.Sprintf("me@%s, process %d", host, here)}},
		"of another machine":            {content: locked(ended, "elsewhere"), want: &lock.HeldError{Holder: fmt.Sprintf("me@elsewhere, process %d", ended)}},
		"half-written":                  {content: `{"pid":`},
		"empty":                         {},
		"shared, of one that has ended": {content: locked(ended, host), shared: true, want: &lock.HeldError{Holder: fmt.Sprintf("me@%s, process %d", host, ended), Gone: true}},
		"shared, of one that runs":      {content: locked(here, host), shared: true, want: &lock.HeldError{Holder: fmt.Sprintf("me@%s, process %d", host, here)}},
		"shared, of another machine":    {content: locked(here, "elsewhere"), shared: true, want: &lock.HeldError{Holder: fmt.Sprintf("me@elsewhere, process %d", here)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			folder := f.state.Folder
			if test.shared {
				folder = t.TempDir()
				f.state.OwnBackend, f.state.OwnPassphrase, f.state.Backend = true, true, "file://"+folder+"?no_tmp_dir=true"
			}
			file := pulumifake.Lock(t, folder, "dev", test.content)
			up := f.Up(t.Context())
			assert.Equal(t, test.want != nil, exists(file), "only what nobody holds is removed")
			if test.want == nil {
				require.NoError(t, up)
				return
			}
			test.want.Doing, test.want.Since, test.want.Free = "another command is changing stack dev", began, "delete "+file
			if test.shared {
				test.want.Free = "pulumi cancel --stack dev"
			}
			for command, err := range map[string]error{"up": up, "down": f.Down(t.Context(), yes)} {
				got := &lock.HeldError{}
				require.ErrorAs(t, err, &got, command)
				assert.Equal(t, test.want, got, command)
			}
			_, err := f.Operator(t.Context())
			assert.ErrorAs(t, err, new(*lock.HeldError))
			assert.Empty(t, f.calls(t, ""), "nothing is changed, and nobody waits for an answer")
			_, err = f.Observer(t.Context())
			assert.NoError(t, err, "to look is free")
			assert.True(t, exists(file))
		})
	}
}
