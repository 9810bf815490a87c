package localstack

import (
	"context"
	"fmt"
	"slices"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// Preflight looks for what would make an update of a local stack fail half-way: no engine, ports that others hold, a disk
// that is nearly full. It returns all the containers of the engine.
func (s *Stack) Preflight(ctx context.Context) ([]engine.Container, error) {
	containers, err := s.Containers(ctx)
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
		return fmt.Errorf("%w\nin %s", err, s.File)
	}
	return nil
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

// checkDisk wants room for a local stack where there is none yet: what is there has its disk.
func (s *Stack) checkDisk(ctx context.Context, containers []engine.Container) error {
	if slices.ContainsFunc(containers, s.owns) {
		return nil
	}
	info, err := s.Docker.Info(ctx)
	if err != nil {
		return err
	}
	return engine.CheckDisk(info.DockerRootDir, engine.NeededDisk)
}
