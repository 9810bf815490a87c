package supervise

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command is a program to run.
type Command struct {
	// Name stands before each of its lines.
	Name string
	// Path is the executable's path, or its name to be found on PATH.
	Path string
	Args []string
	// Env is added to the environment of this process.
	Env []string
}

// ExitError is the error of a process that ended.
type ExitError struct {
	Name string
	// Err is how it ended; nil is exit code 0, which is a failure too for what should run for ever.
	Err error
	// LastLines are the ends of its output.
	LastLines []string
}

func (e *ExitError) Error() string {
	state := "exit status 0"
	if e.Err != nil {
		state = e.Err.Error()
	}
	if len(e.LastLines) == 0 {
		return fmt.Sprintf("%s ended without output: %s", e.Name, state)
	}
	return fmt.Sprintf("%s ended: %s; its last lines:\n  %s", e.Name, state, strings.Join(e.LastLines, "\n  "))
}

func (e *ExitError) Unwrap() error { return e.Err }

// process is a started command. exit may be read once done is closed.
type process struct {
	name   string
	cmd    *exec.Cmd
	output *lines
	done   chan struct{}
	exit   *ExitError
}

// start starts command. Its output goes to output, line by line, until the process and its streams have ended.
func start(command Command, output *lines) (*process, error) {
	path, err := exec.LookPath(command.Path)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Name, err)
	}
	// Not exec.CommandContext: a process ends when it is stopped, in its turn, and not with a context.
	cmd := &exec.Cmd{Path: path, Args: append([]string{command.Path}, command.Args...)}
	cmd.Env = append(cmd.Environ(), command.Env...)
	cmd.Stdout, cmd.Stderr = output, output
	// A group of its own keeps a terminal's Ctrl-C from reaching every component at once: they end in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// What a process leaves running, such as containerd's shims, may hold its output open.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Name, err)
	}
	started := &process{name: command.Name, cmd: cmd, output: output, done: make(chan struct{})}
	go func() {
		defer close(started.done)
		err := cmd.Wait()
		if errors.Is(err, exec.ErrWaitDelay) {
			err = nil
		}
		started.exit = &ExitError{Name: command.Name, Err: err, LastLines: output.last()}
	}()
	return started, nil
}

// stop asks the process to end and kills its whole group when it has not within grace.
func (p *process) stop(grace time.Duration) {
	// The errors of both calls say that it has ended already.
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
}
