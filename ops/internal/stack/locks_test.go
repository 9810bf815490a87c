package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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

func TestLocks(t *testing.T) {
	t.Parallel()

	host, err := os.Hostname()
	require.NoError(t, err)
	for name, test := range map[string]struct {
		content string
		held    string // what the error says about it
	}{
		"of a process that has ended": {content: fmt.Sprintf(`{"pid":%d,"username":"me","hostname":%q}`, endedProcess(t), host)},
		"of a process that runs":      {content: fmt.Sprintf(`{"pid":%d,"hostname":%q}`, os.Getpid(), host), held: fmt.Sprintf("process %d on %s", os.Getpid(), host)},
		"of another machine":          {content: fmt.Sprintf(`{"pid":%d,"hostname":"elsewhere"}`, endedProcess(t)), held: "on elsewhere"},
		"half-written":                {content: `{"pid":`},
		"empty":                       {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			file := filepath.Join(filepath.Dir(f.state.locks("dev")), "1234.json")
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
			require.NoError(t, os.WriteFile(file, []byte(test.content), 0o600))

			_, err := f.prepare(t.Context())
			assert.Equal(t, test.held != "", exists(file))
			if test.held == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "another command is changing this stack")
			assert.ErrorContains(t, err, test.held)
			assert.ErrorContains(t, err, "delete "+file)
			assert.Empty(t, f.calls(t, "pulumi"))
		})
	}
}

func TestLocksOfOtherStacksAreNotLookedAt(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	other := filepath.Join(filepath.Dir(f.state.locks("prod")), "1234.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(other), 0o700))
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	require.NoError(t, f.state.freeLocks("dev"))
	assert.True(t, exists(other))
}
