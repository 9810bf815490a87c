package stack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// kinds are Docker's kinds of objects in the order in which they can be removed.
func kinds() []string { return []string{"container", "network", "volume"} }

// preflight looks for what would make an update of a local stack fail half-way: no engine, ports that others hold, a disk
// that is nearly full. It returns all the containers of the engine.
func (s *Stack) preflight(ctx context.Context) ([]engine.Container, error) {
	containers, err := s.containers(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.checkPorts(ctx, containers); err != nil {
		return nil, err
	}
	return containers, s.checkDisk(ctx, containers)
}

// ports are those on this machine's loopback address that a local stack takes, by number, and the settings that they come from.
func (s *Stack) ports() map[int]string {
	return map[int]string{
		s.Settings.Cluster.APIPort:      "cluster.apiPort",
		s.Settings.Cluster.RegistryPort: "cluster.registryPort",
		s.Settings.Backend.NodePort:     "backend.nodePort",
	}
}

// checkPorts wants the ports of a local stack to be free, or its own.
func (s *Stack) checkPorts(ctx context.Context, containers []engine.Container) error {
	if err := engine.CheckPorts(ctx, s.ports(), containers, s.objection); err != nil {
		return fmt.Errorf("%w\nin %s", err, filepath.Base(s.file()))
	}
	return nil
}

// checkDisk wants room for a local stack where there is none yet: what is there has its disk.
func (s *Stack) checkDisk(ctx context.Context, containers []engine.Container) error {
	if slices.ContainsFunc(containers, s.owns) {
		return nil
	}
	info, err := s.engine.Info(ctx)
	if err != nil {
		return err
	}
	return engine.CheckDisk(info.DockerRootDir, engine.NeededDisk)
}

// containers lists all containers of the engine, which has to be one of this machine, and the one that the stack is on.
func (s *Stack) containers(ctx context.Context) ([]engine.Container, error) {
	if err := engine.CheckLocal(s.endpoint(ctx)); err != nil {
		return nil, err
	}
	containers, err := s.engine.Containers(ctx)
	if err != nil {
		return nil, err
	}
	return containers, s.checkEngine(ctx, containers)
}

// endpoint is where the engine is; it is asked for once.
func (s *Stack) endpoint(ctx context.Context) string {
	if s.engineEndpoint == "" {
		s.engineEndpoint = s.engine.Endpoint(ctx)
	}
	return s.engineEndpoint
}

// engineEnvironment has the plugin for Docker talk to the engine that the docker command talks to, as KEY=value: the plugin does not know
// of contexts.
func (s *Stack) engineEnvironment(ctx context.Context) []string {
	if !s.Local() {
		return nil
	}
	if endpoint := s.endpoint(ctx); endpoint != "" {
		return []string{"DOCKER_HOST=" + endpoint}
	}
	return nil
}

// owns tells whether a container is one of the stack's cluster.
func (s *Stack) owns(c engine.Container) bool {
	return c.Label(settings.Label) == s.Settings.Cluster.Name
}

// objection is what to do about a container that holds a port of the stack's; nothing where it is the stack's own.
func (s *Stack) objection(c engine.Container) string {
	switch {
	case s.owns(c):
		return ""
	case c.Label(settings.Label) != "":
		return "take the stack down that it belongs to (make down, with its STACK)"
	}
	return "remove that (docker rm --force " + c.Names + ")"
}

// removeObjects removes those containers, networks and volumes of the stack's cluster, found by their label, for which
// unwanted is true of the ID.
func (s *Stack) removeObjects(ctx context.Context, unwanted func(id string) bool) error {
	var problems []error
	for _, kind := range kinds() {
		ids, err := s.engine.Objects(ctx, kind, settings.Label, s.Settings.Cluster.Name)
		problems = append(problems, err)
		for _, id := range ids {
			if unwanted(id) {
				problems = append(problems, s.engine.Remove(ctx, kind, id))
			}
		}
	}
	return errors.Join(problems...)
}

// node is the container that is the stack's cluster, nil where it is not there.
func (s *Stack) node(ctx context.Context) (*engine.Container, error) {
	containers, err := s.containers(ctx)
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

// nodeLogLines are enough to show what a node ended with, and few enough to read.
const nodeLogLines = 20

// withNodeLogs adds to the error of an update what a node that is not healthy has said last.
func (s *Stack) withNodeLogs(ctx context.Context, cause error) error {
	exit := &exec.ExitError{}
	killed := errors.As(cause, &exit) && !exit.Exited()
	if cause == nil || !s.Local() || ctx.Err() != nil || killed {
		return cause
	}
	node, err := s.node(ctx)
	if err != nil {
		return errors.Join(cause, err)
	}
	if node == nil || node.Healthy() {
		return cause
	}
	logs, err := s.engine.Logs(ctx, node.ID, nodeLogLines)
	if err != nil {
		return errors.Join(cause, err)
	}
	return fmt.Errorf("%w\nthe node %s is not healthy (%s), its last lines are:\n%s", cause, node.Names, node.Status, logs)
}
