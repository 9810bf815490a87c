//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// The variables that make the test program another one.
const (
	signalSelf = "ASHAPP_TEST_SIGNAL" // sends itself this signal, and reports by its exit code what came of it
	parent     = "ASHAPP_TEST_PARENT" // runs a child as Pulumi is run
	recorder   = "ASHAPP_TEST_CHILD"  // is that child, and prints the interrupts that it gets
	talker     = "ASHAPP_TEST_TALKER" // goes on printing until nobody reads
)

func TestMain(m *testing.M) {
	switch name := os.Getenv(signalSelf); {
	case os.Getenv(recorder) != "":
		recordInterrupts()
		os.Exit(0)
	case os.Getenv(parent) != "":
		os.Exit(runChild())
	case os.Getenv(talker) != "":
		os.Exit(talk())
	case name != "":
		os.Exit(waitForSignal(map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}[name]))
	}
	os.Exit(m.Run())
}

// runChild exits with 12 where the child was interrupted, as a command that is stopped in good order does.
func runChild() int {
	ctx := interruptible(os.Stderr)
	command := child.Command(ctx, os.Args[0])
	command.Env, command.Stdout = append(os.Environ(), recorder+"=1"), os.Stdout
	started := make(chan error)
	go func() { started <- command.Start() }() // the goroutine ends, and the child must not
	if err := <-started; err != nil {
		return 1
	}
	if err := command.Wait(); err != nil && ctx.Err() != nil {
		return 12
	}
	return 1
}

// recordInterrupts ends with the second interrupt, as Pulumi does, which drops everything then.
func recordInterrupts() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	fmt.Println("ready", os.Getpid())
	for i := range 2 {
		<-interrupts
		fmt.Println("interrupted", i+1)
	}
}

// talk exits with 13 where it is still there when nobody reads any more.
func talk() int {
	interruptible(os.Stderr)
	for {
		if _, err := fmt.Println("still here"); err != nil {
			return 13
		}
	}
}

// helper starts the test program as another one, and returns what it prints, line by line.
func helper(t *testing.T, variable string) (command *exec.Cmd, lines *bufio.Scanner) {
	t.Helper()
	command = exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), variable+"=1")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, output.(*os.File).SetReadDeadline(time.Now().Add(time.Minute))) // what never comes must not be waited for
	require.NoError(t, command.Start())
	return command, bufio.NewScanner(output)
}

// next is the next line that is printed; empty at the end.
func next(lines *bufio.Scanner) string {
	lines.Scan()
	return lines.Text()
}

func TestSecondInterruptReachesTheChild(t *testing.T) {
	t.Parallel()

	command, lines := helper(t, parent)
	require.Contains(t, next(lines), "ready")
	require.NoError(t, command.Process.Signal(os.Interrupt))
	require.Equal(t, "interrupted 1", next(lines))
	first := time.Now()

	again := time.NewTicker(50 * time.Millisecond) // as an impatient user does
	defer again.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert.Equal(t, "interrupted 2", next(lines))
	}()
	for ended := false; !ended; {
		select {
		case <-again.C:
			_ = command.Process.Signal(os.Interrupt)
		case <-done:
			ended = true
		}
	}
	assert.GreaterOrEqual(t, time.Since(first), echo-100*time.Millisecond, "one that comes at once is the same one, from make")
	_ = command.Wait()
	assert.Equal(t, 12, command.ProcessState.ExitCode())
}

func TestChildIsInterruptedWhenItsParentIsKilled(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process of the end of its parent")
	}
	command, lines := helper(t, parent)
	var process int
	_, err := fmt.Sscanf(next(lines), "ready %d", &process)
	require.NoError(t, err)
	require.NoError(t, command.Process.Kill())
	assert.Equal(t, "interrupted 1", next(lines))
	require.NoError(t, syscall.Kill(process, syscall.SIGINT), "it ends with the second one")
	assert.Equal(t, "interrupted 2", next(lines))
	_ = command.Wait()
}

func TestReaderThatGoesAwayEndsNothing(t *testing.T) {
	t.Parallel()

	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), talker+"=1")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	_, err = io.ReadFull(output, make([]byte, 5))
	require.NoError(t, err)
	require.NoError(t, output.Close())
	_ = command.Wait()
	assert.Equal(t, 13, command.ProcessState.ExitCode(), "not ended by SIGPIPE: %v", command.ProcessState)
}

// waitForSignal exits with 10 where the signal is for this process alone, otherwise with 11.
func waitForSignal(received syscall.Signal) int {
	ctx := interruptible(os.Stderr)
	if err := syscall.Kill(os.Getpid(), received); err != nil {
		return 1
	}
	<-ctx.Done()
	if errors.Is(context.Cause(ctx), child.ErrTerminated) {
		return 10
	}
	return 11
}

func TestSignalsEndInGoodOrder(t *testing.T) {
	t.Parallel()

	for name, code := range map[string]int{"INT": 11, "TERM": 10, "HUP": 10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stderr bytes.Buffer
			command := exec.CommandContext(t.Context(), os.Args[0])
			command.Env, command.Stderr = append(os.Environ(), signalSelf+"="+name), &stderr
			var exit *exec.ExitError
			require.ErrorAs(t, command.Run(), &exit)
			assert.Equal(t, code, exit.ExitCode())
			assert.Contains(t, stderr.String(), "stopping in good order")
		})
	}
}
