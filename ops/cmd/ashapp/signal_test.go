//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// signalSelf makes the test program one that sends itself a signal and reports by its exit code what came of it.
const signalSelf = "ASHAPP_TEST_SIGNAL"

func TestMain(m *testing.M) {
	if name := os.Getenv(signalSelf); name != "" {
		os.Exit(waitForSignal(map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}[name]))
	}
	os.Exit(m.Run())
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
