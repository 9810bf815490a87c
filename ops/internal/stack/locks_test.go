package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endedProcess is the number of a process that was there and is no more.
func endedProcess(t *testing.T) int {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	require.NoError(t, command.Run())
	return command.Process.Pid
}

// hold writes a lock of a stack where the state looks for it, and returns the file.
func hold(t *testing.T, s state, stack, content string) string {
	t.Helper()
	file := filepath.Join(s.locks(stack), "1234.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	require.NoError(t, os.WriteFile(file+".attrs", []byte(`{"user.content_type":"application/json"}`), 0o600), "as Pulumi does")
	return file
}

// began is when the locks of these tests were taken.
var began = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// locked is the content of a lock.
func locked(pid int, host string) string {
	return fmt.Sprintf(`{"pid":%d,"username":"me","hostname":%q,"timestamp":%q}`, pid, host, began.Format(time.RFC3339))
}

func TestLocks(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	here, ended := os.Getpid(), endedProcess(t)
	for name, test := range map[string]struct {
		content string
		shared  bool // in a folder that is the backend of several people
		want    *LockedError
	}{
		"of a process that has ended":   {content: locked(ended, host)},
		"of a process that runs":        {content: locked(here, host), want: &LockedError{Holder: fmt.Sprintf("me@%s, process %d", host, here)}},
		"of another machine":            {content: locked(ended, "elsewhere"), want: &LockedError{Holder: fmt.Sprintf("me@elsewhere, process %d", ended)}},
		"half-written":                  {content: `{"pid":`},
		"empty":                         {},
		"shared, of one that has ended": {content: locked(ended, host), shared: true, want: &LockedError{Holder: fmt.Sprintf("me@%s, process %d", host, ended), Gone: true}},
		"shared, of one that runs":      {content: locked(here, host), shared: true, want: &LockedError{Holder: fmt.Sprintf("me@%s, process %d", host, here)}},
		"shared, of another machine":    {content: locked(here, "elsewhere"), shared: true, want: &LockedError{Holder: fmt.Sprintf("me@elsewhere, process %d", here)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			if test.shared {
				f.state.ownBackend, f.state.ownPassphrase, f.state.backend = true, true, "file://"+t.TempDir()+"?no_tmp_dir=true"
			}
			file := hold(t, f.state, "dev", test.content)
			up := f.Up(t.Context())
			assert.Equal(t, test.want != nil, exists(file), "only what nobody holds is removed")
			if test.want == nil {
				require.NoError(t, up)
				return
			}
			test.want.Stack, test.want.Since, test.want.Free = "dev", began, "delete "+file
			if test.shared {
				test.want.Free = "pulumi cancel --stack dev"
			}
			for command, err := range map[string]error{"up": up, "down": f.Down(t.Context(), yes)} {
				got := &LockedError{}
				require.ErrorAs(t, err, &got, command)
				assert.Equal(t, test.want, got, command)
			}
			_, err := f.Operator(t.Context())
			assert.ErrorAs(t, err, new(*LockedError))
			assert.Empty(t, f.calls(t, ""), "nothing is changed, and nobody waits for an answer")
			_, err = f.Observer(t.Context())
			assert.NoError(t, err, "to look is free")
			assert.True(t, exists(file))
		})
	}
}

func TestLocksOfOtherStacksAreNotLookedAt(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	other := hold(t, f.state, "prod", "")
	require.NoError(t, f.state.checkLocks("dev"))
	assert.True(t, exists(other))
	elsewhere := state{project: "ashapp-backend", ownBackend: true, backend: "s3://bucket"}
	assert.NoError(t, elsewhere.checkLocks("dev"), "only Pulumi can tell")
}

func TestLockThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	file := filepath.Join(f.state.locks("dev"), "folder.json")
	require.NoError(t, os.MkdirAll(file, 0o700))
	assert.ErrorContains(t, f.state.checkLocks("dev"), "reading a lock of stack dev: read "+file)
}

func TestLockedErrorSaysWhoSinceWhenAndWhatToDo(t *testing.T) {
	t.Parallel()

	l := &LockedError{Stack: "prod", Holder: "me@laptop, process 7", Since: began, Free: "pulumi cancel --stack prod"}
	since := began.Local().Format("2006-01-02 15:04:05")
	assert.EqualError(t, l, "another command is changing stack prod: me@laptop, process 7, since "+since+
		": wait for it to end; where there is no such command any more: pulumi cancel --stack prod")
	l.Gone = true
	assert.EqualError(t, l, "another command is changing stack prod: me@laptop, process 7, since "+since+
		": that process has ended without giving the lock back: pulumi cancel --stack prod")
	assert.EqualError(t, &LockedError{Stack: "prod", Free: "pulumi cancel --stack prod"},
		"another command is changing stack prod: wait for it to end; where there is no such command any more: pulumi cancel --stack prod")
}

// What Pulumi 3.255.0 prints on stderr.
const lockedBucket = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with ` +
	"`pulumi cancel`.\n" +
	"  s3://bucket/.pulumi/locks/organization/p/prod/1.json: created by me@elsewhere (pid 7) at 2026-11-26T12:00:00Z\n" +
	"  s3://bucket/.pulumi/locks/organization/p/prod/2.json: created by you@nowhere (pid 8) at 2026-11-26T13:00:00Z\n"

func TestRefusalOfPulumi(t *testing.T) {
	t.Parallel()

	free := "pulumi cancel --stack prod"
	assert.Nil(t, refused("prod", "error: update failed"))
	assert.Equal(t, &LockedError{Stack: "prod", Holder: "me@elsewhere, process 7", Since: began, Free: free}, refused("prod", lockedBucket))
	assert.Equal(t, &LockedError{Stack: "prod", Free: free}, refused("prod", "error: [409] Conflict: Another update is currently in progress.\n"))
	for _, other := range []string{"the stack is currently locked by somebody", strings.Replace(lockedBucket, "pid 7", "process 7", 1),
		strings.Replace(lockedBucket, "2026-11-26T12", "12", 1)} {
		assert.Equal(t, &LockedError{Stack: "prod", Free: free}, refused("prod", other))
	}
}
