package stack

import (
	"context"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// Up brings the stack to what the checkout says and waits until the backend answers.
func (s *Stack) Up(ctx context.Context) error {
	p, err := s.ready(ctx)
	if err != nil {
		return err
	}
	if err := s.remember(); err != nil {
		return err
	}
	arguments, err := s.update(ctx)
	if err != nil {
		return err
	}
	if err := p.operate(ctx, arguments...); err != nil {
		return s.withNodeLogs(ctx, err)
	}
	if !s.Local() {
		return nil
	}
	if err := verify.Backend(ctx, s.Settings.URL(), s.Settings.Backend.Greeting, ""); err != nil {
		return err
	}
	return s.say("ashapp-backend answers on " + s.Settings.URL())
}

// update is the call of Pulumi that brings the stack up to date, with what it would not notice by itself.
func (s *Stack) update(ctx context.Context) (arguments []string, err error) {
	arguments = []string{"up", "--yes", "--skip-preview"}
	lost, err := s.lostImages(ctx)
	if err != nil || lost == nil {
		return arguments, err
	}
	for _, urn := range lost {
		arguments = append(arguments, "--replace", urn)
	}
	return arguments, s.say("the registry has lost the image: packaging and pushing it again")
}

// ready makes sure that nobody else is changing the stack, checks this machine, installs the tools and mends the state.
func (s *Stack) ready(ctx context.Context) (*commandLine, error) {
	if err := s.state.checkLocks(s.Name); err != nil {
		return nil, err
	}
	if err := s.resolve(ctx); err != nil {
		return nil, err
	}
	var containers []engine.Container
	if s.Local() {
		var err error
		if containers, err = s.preflight(ctx); err != nil {
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
	return p, s.rememberEngine(ctx)
}
