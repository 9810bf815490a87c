package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Down removes everything that Up has made. It may be used when there is nothing.
func (s *Stack) Down(ctx context.Context) error {
	if s.Local() {
		// Without it Pulumi would fail on every container, and what is left would be unknown.
		if _, err := s.engine.Containers(ctx); err != nil {
			return err
		}
	}
	recorded, err := s.state.readCheckpoint(s.Name)
	if err != nil {
		return err
	}
	if s.state.ownBackend || !recorded.empty() {
		if err := s.destroy(ctx, recorded); err != nil {
			return err
		}
	}
	if s.Local() {
		if err := s.removeObjects(ctx, func(string) bool { return true }); err != nil {
			return err
		}
	}
	return errors.Join(removeIfThere(s.state.kubeconfig()), removeIfThere(s.state.ownKubeconfig(s.Name)), removeIfThere(s.state.choice()),
		s.say("nothing of stack "+s.Name+" is left"))
}

// destroy has Pulumi destroy the stack. Where that cannot work, or fails, although the cluster is our own and the state
// local, the stack is forgotten, and its containers are found by their label: nothing of it can be anywhere else.
func (s *Stack) destroy(ctx context.Context, recorded checkpoint) error {
	p, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	ours := s.Local() && !s.state.ownBackend
	if ours && len(recorded.pending) > 0 {
		return errors.Join(s.say("the last command was stopped before it could record what it did: removing the containers of the stack"),
			p.forget(ctx))
	}
	err = p.operate(ctx, "destroy", "--yes", "--skip-preview")
	if err == nil || ctx.Err() != nil || !ours {
		return err
	}
	if locked := s.state.freeLocks(s.Name); locked != nil {
		return errors.Join(err, locked)
	}
	return errors.Join(s.say("removing the containers of the stack instead, and its local state"), p.forget(ctx))
}

// removeIfThere removes a file; that there is none is no error, so that everything may be taken down twice.
func removeIfThere(file string) error {
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("cleaning up: %w", err)
	}
	return nil
}
