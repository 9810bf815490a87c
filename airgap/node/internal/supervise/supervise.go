// Package supervise runs the components of the node as child processes: it prefixes their output, waits until they are
// ready, notices when one ends and stops them in reverse order.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Supervisor runs processes. None of its methods may be called after Stop.
type Supervisor struct {
	output io.Writer
	failed context.CancelCauseFunc

	mutex   sync.Mutex
	running []*process
}

// New returns a supervisor that writes the output of its processes to output, and a context that is done as soon as
// one of them ends (its cause is then an *ExitError) or ctx is.
func New(ctx context.Context, output io.Writer) (*Supervisor, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Supervisor{output: &shared{destination: output}, failed: cancel}, ctx
}

// Start starts a process that is to run until Stop. Its end before that is a failure, whatever its exit code.
func (s *Supervisor) Start(command Command) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	started, err := start(command, newLines(command.Name, s.output))
	if err != nil {
		return err
	}
	s.running = append(s.running, started)
	go func() {
		<-started.done
		s.failed(started.exit)
	}()
	return nil
}

// StartReady starts a process and returns once it has said that it is ready. ctx must be the one of New, or made from
// it, so that the end of the process ends the wait.
func (s *Supervisor) StartReady(ctx context.Context, command Command) (err error) {
	ready, err := listenReadiness()
	if err != nil {
		return fmt.Errorf("starting %s: %w", command.Name, err)
	}
	defer func() {
		// The wait closes the socket to end its read.
		if closing := ready.close(); err == nil {
			err = closing
		}
	}()
	command.Env = append(slices.Clone(command.Env), ready.environment())
	if err := s.Start(command); err != nil {
		return err
	}
	if err := ready.wait(ctx); err != nil {
		return fmt.Errorf("waiting until %s is ready: %w", command.Name, err)
	}
	return nil
}

// Run runs a process to its end. It is killed when ctx is done.
func (s *Supervisor) Run(ctx context.Context, command Command) error {
	started, err := start(command, newLines(command.Name, s.output))
	if err != nil {
		return err
	}
	select {
	case <-started.done:
	case <-ctx.Done():
		started.stop(0)
		return fmt.Errorf("running %s: %w", command.Name, context.Cause(ctx))
	}
	if started.exit.Err != nil {
		return started.exit
	}
	return nil
}

// Stop ends every process, the last one started first. Each has its turn of at most grace; then it is killed.
func (s *Supervisor) Stop(grace time.Duration) {
	s.failed(errors.New("the node is being stopped"))
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, each := range slices.Backward(s.running) {
		each.stop(grace)
	}
	s.running = nil
}
