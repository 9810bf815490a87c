package stack

import (
	"context"
	"fmt"

	"github.com/ashwanth01/ashapp-backend/infra/settings/kubeconfig"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
)

// target is the stack's cluster; nil where that does not exist yet. One that somebody else runs must be the one that the stack is on.
func (p *session) target(ctx context.Context) (*cluster.Cluster, error) {
	if p.reached != nil {
		return p.reached, nil
	}
	content, err := p.kubeconfig(ctx)
	if err != nil || content == "" {
		return nil, err
	}
	reached, err := p.connect(content)
	if err != nil {
		return nil, err
	}
	if !p.Local() {
		recorded, err := p.pulumi.Recorded(ctx)
		if err != nil {
			return nil, err
		}
		if err := reached.Confirm(ctx, recorded.Identity); err != nil {
			return nil, fmt.Errorf("stack %s: %w", p.Name, err)
		}
	}
	p.reached = reached
	return reached, nil
}

// kubeconfig leads to the stack's cluster; empty where that does not exist yet. For an existing cluster it is the configured one, as it
// is today, and not the one of the last update.
func (p *session) kubeconfig(ctx context.Context) (string, error) {
	if p.Local() {
		return p.machine().Kubeconfig(ctx, p.pulumi)
	}
	if err := p.settle(ctx); err != nil {
		return "", err
	}
	return kubeconfig.Read(p.Settings.Cluster)
}

// objects are those that the stack has made on its cluster.
func (p *session) objects(ctx context.Context) ([]cluster.Object, error) {
	recorded, err := p.pulumi.Recorded(ctx)
	if err != nil {
		return nil, err
	}
	return cluster.ObjectsOf(recorded)
}
