// Package command runs other programs.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// stopGrace is what a program has for cleaning up after itself before it is killed. The maker of the root file systems
// unmounts and removes what it has made so far.
const stopGrace = 10 * time.Second

// stop asks a program to end. Programs that a shell runs in the background ignore SIGINT.
const stop = syscall.SIGTERM

// Command is a program to run.
type Command struct {
	Argv []string
	// Dir is the working folder. Default: that of this process.
	Dir string
	// Env is added to the environment of this process.
	Env []string
	// Stdin is what it reads, or nil.
	Stdin io.Reader
	// Line hears every line that it writes for people, and says whether that is all that is to be done with it. Default:
	// none; a line that is not dealt with is kept for the error.
	Line func(line string) (taken bool)
}

// Error says which program failed, how, and what it wrote last.
type Error struct {
	Argv      []string
	Err       error
	LastLines string
}

func (e *Error) Error() string {
	message := fmt.Sprintf("%s: %v", strings.Join(e.Argv, " "), e.Err)
	if e.LastLines == "" {
		return message
	}
	return message + "; its last lines:\n  " + strings.ReplaceAll(e.LastLines, "\n", "\n  ")
}

func (e *Error) Unwrap() error { return e.Err }

// Run runs a program to its end. When ctx is done, its whole process group is asked to end, and killed after 10 s. When
// this process is killed, the program is asked to end. Its CPU time counts for the step of ctx. The error is an *Error, or
// the cause of ctx.
func Run(ctx context.Context, command Command) error {
	_, err := run(ctx, command, nil)
	return err
}

// Output is Run for a program whose standard output is the result. It is returned without surrounding white space.
func Output(ctx context.Context, command Command) (string, error) {
	var stdout strings.Builder
	return run(ctx, command, &stdout)
}

// run collects standard output apart from the rest when stdout is given.
func run(ctx context.Context, command Command, stdout *strings.Builder) (string, error) {
	said := &lines{hear: command.Line}
	cmd := exec.CommandContext(ctx, command.Argv[0], command.Argv[1:]...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = command.Dir, command.Stdin, said, said
	cmd.Env = append(cmd.Environ(), command.Env...)
	if stdout != nil {
		cmd.Stdout = stdout
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: stop}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, stop) }
	cmd.WaitDelay = stopGrace
	err := runOnOneThread(cmd)
	if cmd.ProcessState != nil {
		step.From(ctx).AddCPU(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())
	}
	if ctx.Err() != nil {
		if cmd.Process != nil {
			// What is left of the group after the grace. ESRCH, that nothing is, is the rule.
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		}
		return "", context.Cause(ctx)
	}
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return "", &Error{Argv: command.Argv, Err: err, LastLines: said.String()}
	}
	if stdout == nil {
		return "", nil
	}
	return strings.TrimSpace(stdout.String()), nil
}

// runOnOneThread keeps the thread that starts the program, whose end the kernel takes for that of this process: prctl(2).
func runOnOneThread(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}
