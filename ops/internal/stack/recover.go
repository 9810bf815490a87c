package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/registry"
)

// recover brings the local state and this machine together again, after an update that was killed or containers that were
// removed by hand. containers are all that the engine of a local stack has.
func (p *commandLine) recover(ctx context.Context, containers []engine.Container) error {
	if p.state.ownBackend {
		return nil // somebody else may be using it
	}
	recorded, err := p.state.readCheckpoint(p.Name)
	if err != nil {
		return err
	}
	if p.Local() {
		rebuilt, err := p.recoverContainers(ctx, recorded, containers)
		if err != nil || rebuilt {
			return err
		}
	}
	if len(recorded.pending) == 0 {
		return nil
	}
	p.say("the last update was stopped before it could record what it did: looking at what is there")
	// Only where it must: of all the rest, a look could find differences that are none.
	arguments := []string{"refresh", "--yes", "--skip-preview", "--clear-pending-creates"}
	for _, urn := range recorded.unsettled() {
		arguments = append(arguments, "--target", urn)
	}
	return p.operate(ctx, arguments...)
}

// recoverContainers removes what an update that was killed has made in Docker and not recorded, since it stands in the way
// of what is to come. A cluster of which a container is missing is gone with all that ran on it, so it is forgotten, and
// rebuilt is true: the next update begins from nothing.
func (p *commandLine) recoverContainers(
	ctx context.Context, recorded checkpoint, containers []engine.Container,
) (rebuilt bool, err error) {
	if missing := missing(recorded.made(containerType), containers); missing != nil {
		p.say(fmt.Sprintf("the container %v of the stack was removed by other means: beginning from nothing", missing.Outputs.Name))
		return true, errors.Join(p.forget(ctx), p.create(ctx))
	}
	if len(recorded.pending) > 0 {
		return false, p.removeObjects(ctx, func(id string) bool { return !recorded.records(id) })
	}
	return false, p.checkContainers(recorded, containers)
}

// checkContainers wants the containers of the stack's cluster to be recorded, and to run.
func (s *Stack) checkContainers(recorded checkpoint, containers []engine.Container) error {
	for _, c := range containers {
		switch {
		case !s.owns(c):
		case !recorded.records(c.ID):
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

// lostImages lists the URNs of those images of a local stack that its registry does not hold any more, because somebody has
// removed its data: Pulumi would not notice. Of a state that is not local it knows nothing.
func (s *Stack) lostImages(ctx context.Context) (urns []string, err error) {
	if !s.Local() || s.state.ownBackend {
		return nil, nil
	}
	recorded, err := s.state.readCheckpoint(s.Name)
	if err != nil {
		return nil, err
	}
	for _, image := range recorded.made(imageType) {
		held, err := (registry.Registry{}).Holds(ctx, fmt.Sprint(image.Outputs.RepoDigest))
		if err != nil {
			return nil, fmt.Errorf("%w: see what it says (docker logs %s), or begin from nothing with make down and make up",
				err, s.Settings.Cluster.RegistryName())
		}
		if !held {
			urns = append(urns, image.URN)
		}
	}
	return urns, nil
}

// missing is the first of the recorded containers that is not there, nil when all are.
func missing(recorded []resource, containers []engine.Container) *resource {
	for i, r := range recorded {
		if !slices.ContainsFunc(containers, func(c engine.Container) bool { return c.ID == r.ID }) {
			return &recorded[i]
		}
	}
	return nil
}

// forget removes the containers of a local stack and its state, without asking the cluster.
func (p *commandLine) forget(ctx context.Context) error {
	if err := p.removeObjects(ctx, func(string) bool { return true }); err != nil {
		return err
	}
	return p.run(ctx, p.root, io.Discard, "stack", "rm", "--force", "--yes", "--preserve-config", "--stack", p.Name)
}
