package stack

import (
	"context"
	"errors"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// session is a stack with the tools to operate it.
type session struct {
	*Stack
	pulumi  *pulumi.CommandLine
	reached *cluster.Cluster // once it was
}

// prepare is install for a stack that is to be there afterwards: it creates the stack where it does not exist.
func (s *Stack) prepare(ctx context.Context) (*session, error) {
	p, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.pulumi.Create(ctx); err != nil {
		return nil, err
	}
	return p, p.configure(ctx)
}

// look is install for a stack that is only looked at: in a backend that others share, none is created.
func (s *Stack) look(ctx context.Context) (*session, error) {
	if !s.state.OwnBackend {
		return s.prepare(ctx) // nobody else sees an empty stack in the local state
	}
	p, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	return p, p.configure(ctx)
}

// install provides the tools.
func (s *Stack) install(ctx context.Context) (*session, error) {
	programs, err := s.tools.Install(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	return s.with(ctx, programs)
}

// installed is a session where the tools are installed.
func (s *Stack) installed(ctx context.Context) (*session, error) {
	programs, found := s.tools.Installed(s.Name)
	if !found {
		return nil, errors.New("the tools are not installed: ashapp tools")
	}
	if _, err := s.state.FindPassphrase(s.Name, s.file()); err != nil {
		return nil, err // otherwise a new one would be made
	}
	p, err := s.with(ctx, programs)
	if err != nil {
		return nil, err
	}
	p.pulumi.Quiet = true
	return p, nil
}

// with is a session with the programs in a folder.
func (s *Stack) with(ctx context.Context, programs string) (*session, error) {
	p := &session{Stack: s}
	p.pulumi = &pulumi.CommandLine{
		Name: s.Name, Root: s.root, StackFile: s.file(), State: s.state, Programs: programs, Stdout: s.stdout, Stderr: s.stderr,
		Before: p.confirm,
	}
	return p, p.pulumi.Prepare(s.machine().Environment(ctx)...)
}

// configure chooses the stack file to run with, and asks for the settings in it that only Pulumi can tell.
func (p *session) configure(ctx context.Context) error {
	if err := p.pulumi.Configure(); err != nil {
		return err
	}
	return p.settle(ctx)
}

// ready makes sure that nobody else is changing the stack, checks this machine, installs the tools and mends the state.
func (s *Stack) ready(ctx context.Context) (*session, error) {
	if err := s.state.CheckLocks(s.Name); err != nil {
		return nil, err
	}
	if err := s.resolve(ctx, s.prepare); err != nil {
		return nil, err
	}
	var containers []engine.Container
	if s.Local() {
		var err error
		if containers, err = s.machine().Preflight(ctx); err != nil {
			return nil, err
		}
	}
	p, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.recover(ctx, containers); err != nil {
		return nil, err
	}
	return p, s.machine().RememberEngine(ctx)
}

// recover brings the local state and the machine together again, after an update that was killed or containers that were
// removed by hand. containers are all that the engine of a local stack has.
func (p *session) recover(ctx context.Context, containers []engine.Container) error {
	if p.state.OwnBackend {
		return nil // somebody else may be using it
	}
	recorded, err := p.state.Recorded(p.Name)
	if err != nil {
		return err
	}
	rebuilt, err := p.machine().Recover(ctx, p.pulumi, recorded, containers)
	if err != nil || rebuilt || !recorded.Interrupted() {
		return err
	}
	p.say("the last update was stopped before it could record what it did: looking at what is there")
	// Only where it must: of all the rest, a look could find differences that are none.
	return p.pulumi.Settle(ctx, recorded.Unsettled())
}

// confirm has operations of Pulumi's run on no other cluster than the stack's.
func (p *session) confirm(ctx context.Context) error {
	if p.Local() {
		return nil
	}
	_, err := p.target(ctx)
	return err
}
