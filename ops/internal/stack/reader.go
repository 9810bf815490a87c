package stack

import (
	"context"
	"errors"
	"fmt"

	"github.com/ashwanth01/ashapp-backend/infra/settings/kubeconfig"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// Reader is an Observer that does not even install the tools. It is an error where they are not there, or where the stack is not up;
// what Pulumi complains about later is in the errors, and printed nowhere.
func (s *Stack) Reader(ctx context.Context) (*Operator, error) {
	if err := s.isUp(); err != nil {
		return nil, err
	}
	p, err := s.installed(ctx)
	if err != nil {
		return nil, err
	}
	if s.unresolved {
		err = p.configure(ctx)
	}
	return &Operator{pulumi: p}, err
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

// installed is the command line where the tools are installed.
func (s *Stack) installed(ctx context.Context) (*commandLine, error) {
	programs, found := s.tools.Installed(s.Name)
	if !found {
		return nil, errors.New("the tools are not installed: ashapp tools")
	}
	if _, err := s.whichPassphrase(); err != nil {
		return nil, err // otherwise a new one would be made
	}
	p, err := s.newCommandLine(ctx, programs)
	if err != nil {
		return nil, err
	}
	p.quiet = true
	return p, nil
}

// Node tells how the container is that is a local stack's cluster, as name and the engine's words. It is an error where the container
// is not there, not this checkout's, or not well.
func (s *Stack) Node(ctx context.Context) (string, error) {
	node, err := s.node(ctx)
	if err != nil {
		return "", err
	}
	if node == nil {
		return "", fmt.Errorf("the node %s is not there: ashapp up", s.Settings.Cluster.NodeName())
	}
	found := node.Names + " (" + node.Status + ")"
	if err := s.checkRecorded([]engine.Container{*node}); err != nil {
		return found, err
	}
	if !node.Healthy() {
		return found, fmt.Errorf("it is not healthy: see what it says (docker logs %s)", node.Names)
	}
	return found, nil
}

// checkRecorded wants the containers of the stack's cluster to be this checkout's, and to run. A state elsewhere may know others.
func (s *Stack) checkRecorded(containers []engine.Container) error {
	if s.state.ownBackend {
		return nil
	}
	recorded, err := s.state.readCheckpoint(s.Name)
	if err != nil {
		return err
	}
	return s.checkContainers(recorded, containers)
}
