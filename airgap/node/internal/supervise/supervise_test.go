package supervise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// childVariable makes the test binary behave as one of the children below.
const childVariable = "SUPERVISE_TEST_CHILD"

// deadline is for tests that would otherwise hang for ever when they fail.
const deadline = 20 * time.Second

func TestMain(m *testing.M) {
	if child := os.Getenv(childVariable); child != "" {
		os.Exit(runChild(child))
	}
	os.Exit(m.Run())
}

func runChild(child string) int {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	switch child {
	case "ready":
		notify("STATUS=warming up\n")
		fmt.Println("serving")
		notify("READY=1\n")
		<-terminated
		fmt.Println("terminated")
		return 0
	case "mute": // Never ready, until it is stopped.
		<-terminated
		return 0
	case "stubborn":
		notify("READY=1\n")
		for range terminated {
			fmt.Println("no")
		}
	case "broken":
		fmt.Println("reading configuration")
		fmt.Fprintln(os.Stderr, "the port is taken")
		return 3
	}
	return 0
}

func notify(message string) {
	connection, err := net.Dial("unixgram", os.Getenv("NOTIFY_SOCKET"))
	if err != nil {
		panic(err)
	}
	if _, err := connection.Write([]byte(message)); err != nil {
		panic(err)
	}
}

func child(t *testing.T, name, behaviour string) Command {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	return Command{Name: name, Path: executable, Env: []string{childVariable + "=" + behaviour}}
}

// logs is an output that may be read while processes write to it.
type logs struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (l *logs) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.Write(line)
}

func (l *logs) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.String()
}

func TestReadyProcessRunsUntilStopped(t *testing.T) {
	t.Parallel()
	var output logs
	supervisor, ctx := New(t.Context(), &output)
	require.NoError(t, supervisor.StartReady(ctx, child(t, "first", "ready")))
	require.NoError(t, supervisor.StartReady(ctx, child(t, "second", "ready")))
	require.NoError(t, ctx.Err())
	supervisor.Stop(deadline)
	assert.Error(t, ctx.Err())

	first, second := strings.Index(output.String(), "first | terminated"), strings.Index(output.String(), "second | terminated")
	require.NotEqual(t, -1, second, output.String())
	assert.Less(t, second, first, "the last one started ends first")
}

func TestEndOfAProcessIsTheCause(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	defer supervisor.Stop(deadline)
	require.NoError(t, supervisor.Start(child(t, "database", "broken")))
	await(t, ctx.Done())
	var exit *ExitError
	require.ErrorAs(t, context.Cause(ctx), &exit)
	assert.Equal(t, "database", exit.Name)
	assert.ElementsMatch(t, []string{"reading configuration", "the port is taken"}, exit.LastLines)
	assert.ErrorContains(t, exit, "database ended: exit status 3; its last lines:\n  ")
}

func TestWaitForReadinessEndsWithTheProcess(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	defer supervisor.Stop(deadline)
	err := supervisor.StartReady(ctx, child(t, "database", "broken"))
	require.ErrorContains(t, err, "waiting until database is ready")
	assert.ErrorContains(t, err, "the port is taken")
}

func TestWaitForReadinessEndsWithTheContext(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	defer supervisor.Stop(deadline)
	ctx, cancel := context.WithCancelCause(ctx)
	time.AfterFunc(10*time.Millisecond, func() { cancel(errors.New("no patience")) })
	assert.ErrorContains(t, supervisor.StartReady(ctx, child(t, "mute", "mute")), "no patience")
}

func TestStubbornProcessIsKilled(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	require.NoError(t, supervisor.StartReady(ctx, child(t, "stubborn", "stubborn")))
	stopped := make(chan struct{})
	go func() {
		supervisor.Stop(50 * time.Millisecond)
		close(stopped)
	}()
	await(t, stopped)
}

func TestRunReturnsHowItEnded(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	defer supervisor.Stop(deadline)
	require.NoError(t, supervisor.Run(ctx, child(t, "job", "nothing")))
	var exit *ExitError
	require.ErrorAs(t, supervisor.Run(ctx, child(t, "job", "broken")), &exit)
	assert.NoError(t, ctx.Err(), "a job that ends is no failure of the node")
}

func TestRunIsKilledWithTheContext(t *testing.T) {
	t.Parallel()
	supervisor, ctx := New(t.Context(), &logs{})
	defer supervisor.Stop(deadline)
	ctx, cancel := context.WithCancelCause(ctx)
	time.AfterFunc(10*time.Millisecond, func() { cancel(errors.New("no patience")) })
	assert.ErrorContains(t, supervisor.Run(ctx, child(t, "job", "mute")), "running job: no patience")
}

func TestProgramThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	supervisor, _ := New(t.Context(), &logs{})
	err := supervisor.Start(Command{Name: "database", Path: "/nowhere/etcd"})
	assert.ErrorContains(t, err, `starting database: exec: "/nowhere/etcd"`)
}

func await(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(deadline):
		t.Fatal("still waiting after " + deadline.String())
	}
}
