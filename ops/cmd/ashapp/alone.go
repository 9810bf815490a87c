package main

import (
	"context"
	"errors"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// alone does something with a stack that nobody else may change meanwhile: neither by a release, nor by the same.
func alone(do func(*stack.Stack, context.Context) error) func(context.Context, *stack.Stack) error {
	return func(ctx context.Context, s *stack.Stack) error {
		s.Hold = func(ctx context.Context, o *stack.Operator) (giveBack func(), err error) {
			return hold(ctx, held{operator: o, local: s.Local(), namespace: s.Settings.Backend.Namespace, patience: holdPatience})
		}
		return do(s, ctx)
	}
}

// held is a stack that is to be changed by one command alone.
type held struct {
	operator  operated
	local     bool
	namespace string        // where the backend is to be
	patience  time.Duration // how long the cluster may take to answer
}

// holdPatience is long for a cluster that is well: one on this machine answers within milliseconds.
const holdPatience = 5 * time.Second

// hold takes what releases are kept apart by. Where there is no cluster yet there is nothing to take; nor on one of our own that does not
// answer: nobody can be releasing to it, and up and down are there to mend or to remove it.
func hold(ctx context.Context, h held) (giveBack func(), err error) {
	nothing := func() {}
	reached, err := h.operator.Cluster(ctx)
	if err != nil || reached == nil {
		return nothing, h.unlessLocal(err)
	}
	objects, err := h.operator.Objects(ctx)
	if err != nil {
		return nothing, err
	}
	for _, object := range objects {
		if object.Manifest.GetKind() == "Deployment" {
			h.namespace = object.Manifest.GetNamespace() // where it is now
		}
	}
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	giveBack, err = release.Hold(ctx, reached.Typed, h.namespace)
	if locked := (&lock.HeldError{}); err != nil && !errors.As(err, &locked) {
		return nothing, h.unlessLocal(err)
	}
	return giveBack, err
}

// unlessLocal is an error on a cluster that somebody else runs.
func (h held) unlessLocal(err error) error {
	if h.local {
		return nil
	}
	return err
}
