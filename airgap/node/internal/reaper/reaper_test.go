package reaper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// reaperVariable makes the test binary a reaper of the shell script that it holds. Reaping collects every child of a
// process, so it cannot happen in the one that runs the tests.
const reaperVariable = "REAPER_TEST_SCRIPT"

func TestMain(m *testing.M) {
	script := os.Getenv(reaperVariable)
	if script == "" {
		os.Exit(m.Run())
	}
	// As the first process of a container, it inherits orphans.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(99)
	}
	os.Exit(Run("/bin/sh", []string{"sh", "-c", script}, os.Stderr))
}

func reaperOf(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), executable)
	cmd.Env = append(os.Environ(), reaperVariable+"="+script)
	return cmd
}

func TestExitCodeIsThatOfTheChild(t *testing.T) {
	t.Parallel()
	for script, code := range map[string]int{
		"exit 0":        0,
		"exit 7":        7,
		"kill -KILL $$": 128 + 9,
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			cmd := reaperOf(t, script)
			_ = cmd.Run() // The code says it all.
			assert.Equal(t, code, cmd.ProcessState.ExitCode())
		})
	}
}

func TestSignalsReachTheChild(t *testing.T) {
	t.Parallel()
	cmd := reaperOf(t, `trap 'exit 42' TERM; echo waiting; while :; do read -r _; done`)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer func() { _ = stdin.Close() }() // Wait closes it first; the script must only not see its end.
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = stdout.Read(make([]byte, 64))
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(unix.SIGTERM))
	// The shell runs the trap once its read ends.
	_, err = stdin.Write([]byte("go on\n"))
	require.NoError(t, err)
	require.Error(t, cmd.Wait())
	assert.Equal(t, 42, cmd.ProcessState.ExitCode())
}

func TestOrphansAreReaped(t *testing.T) {
	t.Parallel()
	// The inner shell leaves an orphan; the outer one looks until it is gone for good: a zombie would still have a
	// folder in /proc.
	cmd := reaperOf(t, `orphan=$(sh -c 'sh -c "exit 0" >/dev/null & echo $!')
		tries=0
		while [ -d /proc/$orphan ] && [ $tries -lt 2000000 ]; do tries=$((tries + 1)); done
		[ -d /proc/$orphan ] && echo zombie || echo reaped`)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	require.NoError(t, cmd.Run(), output.String())
	assert.Equal(t, "reaped", strings.TrimSpace(output.String()))
}

func TestProgramThatIsMissingIsReported(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 1, Run("/nowhere/node", []string{"node"}, &stderr))
	assert.Contains(t, stderr.String(), "/nowhere/node")
}
