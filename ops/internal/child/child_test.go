//go:build unix

package child_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// countSignals makes the test program one that prints the interrupts it gets.
const countSignals = "CHILD_TEST_COUNT_SIGNALS"

func TestMain(m *testing.M) {
	if os.Getenv(countSignals) != "" {
		printInterrupts()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// printInterrupts prints its group, and each interrupt until there was none for a while after the first.
func printInterrupts() {
	interrupts := make(chan os.Signal, 10)
	signal.Notify(interrupts, os.Interrupt)
	fmt.Println("group", syscall.Getpgrp())
	<-interrupts
	fmt.Println("interrupted")
	for {
		select {
		case <-interrupts:
			fmt.Println("interrupted again")
		case <-time.After(200 * time.Millisecond):
			fmt.Println("ended in good order")
			return
		}
	}
}

func TestCommandIsInterruptedOnceAndEndsInGoodOrder(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	command := child.Command(ctx, os.Args[0])
	command.Env = append(os.Environ(), countSignals+"=1")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())

	lines := bufio.NewScanner(output)
	require.True(t, lines.Scan())
	assert.Equal(t, fmt.Sprintf("group %d", command.Process.Pid), lines.Text(), "a group of its own, which no terminal interrupts")
	cancel()
	var rest []string
	for lines.Scan() {
		rest = append(rest, lines.Text())
	}
	require.ErrorIs(t, command.Wait(), context.Canceled)
	assert.Equal(t, "interrupted, ended in good order", strings.Join(rest, ", "))
}
