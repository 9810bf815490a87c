package localstack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// FindNode is the container that is the stack's cluster, nil where it is not there.
func (s *Stack) FindNode(ctx context.Context) (*engine.Container, error) {
	containers, err := s.Containers(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range containers {
		if s.owns(c) && c.Names == s.Settings.Cluster.NodeName() {
			return &c, nil
		}
	}
	return nil, nil
}

// Node tells how the container is that is the stack's cluster, as name and the engine's words. It is an error where the container
// is not there, not this checkout's, or not well.
func (s *Stack) Node(ctx context.Context) (string, error) {
	node, err := s.FindNode(ctx)
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
	if s.State.OwnBackend {
		return nil
	}
	recorded, err := s.State.Recorded(s.Name)
	if err != nil {
		return err
	}
	return s.checkContainers(recorded, containers)
}

// nodeLogLines are enough to show what a node ended with, and few enough to read.
const nodeLogLines = 20

// WithNodeLogs adds to the error of an update what a node that is not healthy has said last.
func (s *Stack) WithNodeLogs(ctx context.Context, cause error) error {
	exit := &exec.ExitError{}
	killed := errors.As(cause, &exit) && !exit.Exited()
	if cause == nil || !s.local() || ctx.Err() != nil || killed {
		return cause
	}
	node, err := s.FindNode(ctx)
	if err != nil {
		return errors.Join(cause, err)
	}
	if node == nil || node.Healthy() {
		return cause
	}
	logs, err := s.Docker.Logs(ctx, node.ID, nodeLogLines)
	if err != nil {
		return errors.Join(cause, err)
	}
	return fmt.Errorf("%w\nthe node %s is not healthy (%s), its last lines are:\n%s", cause, node.Names, node.Status, logs)
}
