// Package localstack is what a stack needs whose cluster is in containers on this machine: a Docker engine, ports, disk, and a state that
// says what the engine has.
package localstack

import (
	"context"
	"errors"
	"fmt"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// Stack is one on this machine. What only a local stack has, another one lacks: then there is nothing to be done or found.
type Stack struct {
	Name string
	// File is the base name of the stack file, for messages.
	File     string
	Settings settings.Settings
	State    pulumi.State
	Docker   *Docker
	// Say tells the user something, in a line. What is done does not depend on whether anybody hears it.
	Say func(line string)
}

// Docker is the engine that the user's docker command talks to.
type Docker struct {
	engine.Engine
	endpoint string // once it is known
}

// NewDocker is the engine of the docker command on PATH.
func NewDocker() *Docker { return &Docker{Engine: engine.New()} }

// Endpoint is where the engine is. It is asked for once.
func (d *Docker) Endpoint(ctx context.Context) string {
	if d.endpoint == "" {
		d.endpoint = d.Engine.Endpoint(ctx)
	}
	return d.endpoint
}

// Environment has the plugin for Docker talk to the engine that the docker command talks to, as KEY=value: the plugin does not know
// of contexts.
func (s *Stack) Environment(ctx context.Context) []string {
	if !s.local() {
		return nil
	}
	if endpoint := s.Docker.Endpoint(ctx); endpoint != "" {
		return []string{"DOCKER_HOST=" + endpoint}
	}
	return nil
}

// local tells whether the stack's cluster is in containers on this machine.
func (s *Stack) local() bool { return s.Settings.Cluster.Kind == settings.Local }

// ours tells whether everything about a local stack is on this machine, its state as well.
func (s *Stack) ours() bool { return s.local() && !s.State.OwnBackend }

// Containers lists all containers of the engine, which has to be one of this machine, and the one that the stack is on.
func (s *Stack) Containers(ctx context.Context) ([]engine.Container, error) {
	if err := engine.CheckLocal(s.Docker.Endpoint(ctx)); err != nil {
		return nil, err
	}
	containers, err := s.Docker.Containers(ctx)
	if err != nil {
		return nil, err
	}
	return containers, s.checkEngine(ctx, containers)
}

// owns tells whether a container is one of the stack's cluster.
func (s *Stack) owns(c engine.Container) bool {
	return c.Label(settings.Label) == s.Settings.Cluster.Name
}

// kinds are Docker's kinds of objects in the order in which they can be removed.
func kinds() []string { return []string{"container", "network", "volume"} }

// RemoveObjects removes the containers, networks and volumes of the stack's cluster, found by their label.
func (s *Stack) RemoveObjects(ctx context.Context) error {
	return s.removeObjects(ctx, func(string) bool { return true })
}

// removeObjects removes those for which unwanted is true of the ID.
func (s *Stack) removeObjects(ctx context.Context, unwanted func(id string) bool) error {
	var problems []error
	for _, kind := range kinds() {
		ids, err := s.Docker.Objects(ctx, kind, settings.Label, s.Settings.Cluster.Name)
		problems = append(problems, err)
		for _, id := range ids {
			if unwanted(id) {
				problems = append(problems, s.Docker.Remove(ctx, kind, id))
			}
		}
	}
	return errors.Join(problems...)
}

// RemoveFiles removes what is kept beside the state: on which engine the stack is, and the kubeconfig of its cluster.
func (s *Stack) RemoveFiles() error { return pulumi.Remove(s.engineFile(), s.kubeconfigFile()) }

// checkContainers wants the containers of the stack's cluster to be recorded, and to run.
func (s *Stack) checkContainers(recorded pulumi.Snapshot, containers []engine.Container) error {
	for _, c := range containers {
		switch {
		case !s.owns(c):
		case !recorded.Records(c.ID):
			return fmt.Errorf("the container %s is there and this checkout does not know it: it belongs to another checkout, "+
				"or the folder .state was deleted: make down removes it, or set cluster.name to another name", c.Names)
		case c.State == "paused":
			return fmt.Errorf("the container %s is paused: let it go on (docker unpause %[1]s)", c.Names)
		case c.State != "running":
			return fmt.Errorf("the container %s is not running (%s): start it (docker start %[1]s), or begin from nothing "+
				"with make down and make up", c.Names, c.Status)
		}
	}
	return nil
}
