package stack

import (
	"context"

	"github.com/ashwanth01/ashapp-backend/infra/settings/kubeconfig"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
)

// Reader is an Observer that does not even install the tools. It is an error where they are not there, or where the stack is not up;
// what Pulumi complains about later is in the errors, and printed nowhere.
func (s *Stack) Reader(ctx context.Context) (*Operator, error) {
	if err := s.state.IsUp(s.Name); err != nil {
		return nil, err
	}
	p, err := s.installed(ctx)
	if err != nil {
		return nil, err
	}
	if s.unresolved {
		err = p.configure(ctx)
	}
	return &Operator{session: p}, err
}

// Cluster is the stack's cluster for those who only look; nil where it does not exist yet. One that somebody else runs is there before
// the stack is up and the tools are installed, as long as the settings alone lead to it.
func (s *Stack) Cluster(ctx context.Context) (*cluster.Cluster, error) {
	reader, err := s.Reader(ctx)
	if err == nil {
		return reader.Cluster(ctx)
	}
	if s.Local() || s.unresolved {
		return nil, doctor.NotLookedAtError(err.Error())
	}
	content, err := kubeconfig.Read(s.Settings.Cluster)
	if err != nil {
		return nil, err
	}
	return s.connect(content)
}

// Node tells how the container is that is a local stack's cluster, as name and the engine's words. It is an error where the container
// is not there, not this checkout's, or not well.
func (s *Stack) Node(ctx context.Context) (string, error) { return s.machine().Node(ctx) }
