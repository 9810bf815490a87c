// Package child starts programs that have to end in good order, such as Pulumi, which records what it has done so far.
package child

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
)

// ErrTerminated is the cause of a context that ended because this process was told to stop and its children were not.
var ErrTerminated = errors.New("terminated")

type impatience struct{}

// WithImpatience returns a context whose programs are interrupted once more when the channel is closed after ctx has ended: the user
// does not want to wait for a good order.
func WithImpatience(ctx context.Context, impatient <-chan struct{}) context.Context {
	return context.WithValue(ctx, impatience{}, impatient)
}

// Command is exec.CommandContext for a program that is told to stop by one interrupt when ctx ends, however this process has been
// told: a Ctrl-C, which a terminal sends to everything that it runs, does not reach the program as well. Two make Pulumi drop
// everything, which is what it is told when the user is impatient (WithImpatience). On Linux it is told as well when this process
// is killed: to be exact, when the thread that has started it ends, which Go's threads do not before the process does, unless a goroutine
// that is locked to one returns (runtime.LockOSThread), as none here is. The program cannot read from a terminal.
func Command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	detach(command)
	command.Cancel = func() error {
		if impatient, ok := ctx.Value(impatience{}).(<-chan struct{}); ok {
			go func() {
				<-impatient
				_ = interrupt(command.Process) // one that has ended meanwhile needs none
			}()
		}
		return interrupt(command.Process)
	}
	return command
}

// Foreground is exec.CommandContext for a program that shares the terminal: it can read from it, and hears a Ctrl-C itself, so it is
// told to stop only when this process alone was told (ErrTerminated).
func Foreground(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Cancel = func() error {
		if errors.Is(context.Cause(ctx), ErrTerminated) {
			return command.Process.Signal(syscall.SIGTERM)
		}
		return nil
	}
	return command
}
