package stack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// Up brings the stack to what the checkout says and waits until the backend answers.
func (s *Stack) Up(ctx context.Context) error {
	p, err := s.ready(ctx)
	if err != nil {
		return err
	}
	giveBack, err := p.hold(ctx)
	if err != nil {
		return err
	}
	defer giveBack()
	if err := s.remember(); err != nil {
		return err
	}
	arguments, err := p.update(ctx)
	if err != nil {
		return err
	}
	if err := p.operate(ctx, arguments...); err != nil {
		return s.withNodeLogs(ctx, err)
	}
	if !s.Local() {
		return nil
	}
	kept := make(chan error, 1)
	go func() { _, err := p.kubeconfig(ctx); kept <- err }() // so that the next command need not wait for it
	answered := verify.Backend(ctx, verify.Question{Settings: s.Settings})
	if err := errors.Join(answered, <-kept); err != nil {
		return err
	}
	s.say("ashapp-backend answers on " + s.Settings.URL())
	return nil
}

// update is the call of Pulumi that brings the stack up to date, with what it would not notice by itself.
func (p *commandLine) update(ctx context.Context) (arguments []string, err error) {
	arguments = []string{"up", "--yes", "--skip-preview"}
	if err := p.checkCluster(ctx); err != nil {
		return nil, err
	}
	lost, err := p.lostImages(ctx)
	if err != nil || lost == nil {
		return arguments, err
	}
	for _, urn := range lost {
		arguments = append(arguments, "--replace", urn)
	}
	p.say("the registry has lost the image: packaging and pushing it again")
	return arguments, nil
}

// checkCluster looks for what would make an update of a cluster that is there fail half-way, or do nothing: too old a Kubernetes, and
// objects that are gone, which Pulumi does not notice. It then has Pulumi look at those, so that the update makes them again.
func (p *commandLine) checkCluster(ctx context.Context) error {
	reached, err := p.target(ctx)
	if err != nil || reached == nil {
		return err
	}
	if p.Local() { // its containers may have been started a moment ago
		if err := reached.AwaitAnswer(ctx, time.Duration(p.Settings.Cluster.ReadyTimeoutSeconds)*time.Second); err != nil {
			return fmt.Errorf("%w: see make kubectl ARGS='get nodes', or begin from nothing with make down and make up", err)
		}
	}
	if err := reached.CheckVersion(); err != nil {
		return err
	}
	state, err := p.recorded(ctx)
	if err != nil {
		return err
	}
	gone, err := reached.Gone(ctx, state.Objects)
	if err != nil || len(gone) == 0 {
		return err
	}
	names := make([]string, 0, len(gone))
	for _, object := range gone {
		names = append(names, cluster.NameOf(object.Manifest))
	}
	p.say("removed by other means, and made again: " + strings.Join(names, ", "))
	arguments := []string{"refresh", "--yes", "--skip-preview"}
	for _, object := range gone {
		arguments = append(arguments, "--target", object.URN)
	}
	return p.operate(ctx, arguments...)
}

// ready makes sure that nobody else is changing the stack, checks this machine, installs the tools and mends the state.
func (s *Stack) ready(ctx context.Context) (*commandLine, error) {
	if err := s.state.checkLocks(s.Name); err != nil {
		return nil, err
	}
	if err := s.resolve(ctx, s.prepare); err != nil {
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
