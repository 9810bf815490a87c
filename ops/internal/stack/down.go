package stack

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// Confirm asks a person whether a stack is to be removed from a cluster that was there before it; an error means no.
type Confirm func(ctx context.Context, stack string) error

// Down removes everything that Up has made. It may be used when there is nothing. What is on an existing cluster is removed only
// where that is confirmed.
func (s *Stack) Down(ctx context.Context, confirm Confirm) error {
	if err := s.state.CheckLocks(s.Name); err != nil {
		return err
	}
	if err := s.resolve(ctx, s.look); err != nil {
		return err
	}
	recorded, err := s.state.Recorded(s.Name)
	if err != nil {
		return err
	}
	if s.Local() {
		// Without an engine Pulumi would fail on every container, and what is left would be unknown.
		if _, err := s.machine().Containers(ctx); err != nil {
			return err
		}
	}
	if s.state.OwnBackend || !recorded.Empty() {
		if !s.Local() {
			if err := confirm(ctx, s.Name); err != nil {
				return err
			}
		}
		if err := s.destroy(ctx, recorded); err != nil {
			return err
		}
	}
	if err := s.removeRest(ctx); err != nil {
		return err
	}
	s.say("nothing of stack " + s.Name + " is left")
	return nil
}

// removeRest removes what Pulumi does not know of.
func (s *Stack) removeRest(ctx context.Context) error {
	if s.Local() {
		if err := s.machine().RemoveObjects(ctx); err != nil {
			return err
		}
		if err := pulumi.Remove(s.kubeconfigFile()); err != nil {
			return err
		}
	}
	if err := s.machine().RemoveFiles(); err != nil {
		return err
	}
	if used, err := os.ReadFile(s.choice()); err != nil || strings.TrimSpace(string(used)) != s.Name {
		return nil //nolint:nilerr // there is none, or it is another stack that was used last
	}
	return pulumi.Remove(s.choice())
}

// destroy has Pulumi destroy the stack. Where that cannot work, or fails, although the cluster is our own and the state
// local, the stack is forgotten, and its containers are found by their label: nothing of it can be anywhere else.
func (s *Stack) destroy(ctx context.Context, recorded pulumi.Snapshot) error {
	p, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	giveBack, err := p.hold(ctx)
	if err != nil {
		return err
	}
	defer giveBack()
	ours := s.Local() && !s.state.OwnBackend
	if ours && recorded.Interrupted() {
		s.say("the last command was stopped before it could record what it did: removing the containers of the stack")
		return s.machine().Forget(ctx, p.pulumi)
	}
	err = p.pulumi.Destroy(ctx)
	if locked := (&lock.HeldError{}); err == nil || ctx.Err() != nil || !ours || errors.As(err, &locked) {
		return err
	}
	if locked := s.state.CheckLocks(s.Name); locked != nil {
		return errors.Join(err, locked)
	}
	s.say("removing the containers of the stack instead, and its local state")
	return s.machine().Forget(ctx, p.pulumi)
}
