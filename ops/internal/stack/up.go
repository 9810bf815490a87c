package stack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
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
	if err := p.update(ctx, p.pulumi); err != nil {
		return err
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

// update brings the stack up to date, by the stack file of a command line, with what Pulumi would not notice by itself.
func (p *session) update(ctx context.Context, by *pulumi.CommandLine) error {
	if err := p.checkCluster(ctx); err != nil {
		return err
	}
	lost, err := p.machine().LostImages(ctx)
	if err != nil {
		return err
	}
	if lost != nil {
		p.say("the registry has lost the image: packaging and pushing it again")
	}
	return p.machine().WithNodeLogs(ctx, by.Up(ctx, lost...))
}

// checkCluster looks for what would make an update of a cluster that is there fail half-way, or do nothing: too old a Kubernetes, and
// objects that are gone, which Pulumi does not notice. It then has Pulumi look at those, so that the update makes them again.
func (p *session) checkCluster(ctx context.Context) error {
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
	objects, err := p.objects(ctx)
	if err != nil {
		return err
	}
	gone, err := reached.Gone(ctx, objects)
	if err != nil || len(gone) == 0 {
		return err
	}
	names, urns := make([]string, 0, len(gone)), make([]string, 0, len(gone))
	for _, object := range gone {
		names, urns = append(names, cluster.NameOf(object.Manifest)), append(urns, object.URN)
	}
	p.say("removed by other means, and made again: " + strings.Join(names, ", "))
	return p.pulumi.Refresh(ctx, urns)
}
