package localstack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/registry"
)

// Recover removes what an update that was killed has made in Docker and not recorded, since it stands in the way
// of what is to come. A cluster of which a container is missing is gone with all that ran on it, so it is forgotten, and
// rebuilt is true: the next update begins from nothing. containers are all that the engine has.
func (s *Stack) Recover(
	ctx context.Context, p *pulumi.CommandLine, recorded pulumi.Snapshot, containers []engine.Container,
) (rebuilt bool, err error) {
	if !s.ours() {
		return false, nil
	}
	if missing := missing(recorded, containers); missing != nil {
		s.Say(fmt.Sprintf("the container %v of the stack was removed by other means: beginning from nothing", missing.Outputs["name"]))
		return true, errors.Join(s.Forget(ctx, p), p.Create(ctx))
	}
	if recorded.Interrupted() {
		return false, s.removeObjects(ctx, func(id string) bool { return !recorded.Records(id) })
	}
	return false, s.checkContainers(recorded, containers)
}

// Gone tells what Recover would do about a container that was removed by other means; nothing where all are there. It fails where
// Recover would fail.
func (s *Stack) Gone(ctx context.Context) (string, error) {
	if !s.ours() {
		return "", nil
	}
	recorded, err := s.State.Recorded(s.Name)
	if err != nil || recorded.Empty() || recorded.Interrupted() {
		return "", err
	}
	containers, err := s.Containers(ctx)
	if err != nil {
		return "", err
	}
	if missing := missing(recorded, containers); missing != nil {
		return fmt.Sprintf("the container %v of the stack was removed by other means: make up would begin from nothing", missing.Outputs["name"]), nil
	}
	return "", s.checkContainers(recorded, containers)
}

// LostImages lists the URNs of those images of a local stack that its registry does not hold any more, because somebody has
// removed its data: Pulumi would not notice. Of a state that is not local it knows nothing.
func (s *Stack) LostImages(ctx context.Context) (urns []string, err error) {
	if !s.ours() {
		return nil, nil
	}
	recorded, err := s.State.Recorded(s.Name)
	if err != nil {
		return nil, err
	}
	for _, image := range recorded.Made(pulumi.ImageType) {
		held, err := (registry.Registry{}).Holds(ctx, fmt.Sprint(image.Outputs["repoDigest"]))
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
func missing(recorded pulumi.Snapshot, containers []engine.Container) *pulumi.Resource {
	for _, r := range recorded.Made(pulumi.ContainerType) {
		if !slices.ContainsFunc(containers, func(c engine.Container) bool { return c.ID == r.ID }) {
			return &r
		}
	}
	return nil
}

// Forget removes the containers of a local stack and its state, without asking the cluster.
func (s *Stack) Forget(ctx context.Context, p *pulumi.CommandLine) error {
	if err := s.RemoveObjects(ctx); err != nil {
		return err
	}
	return p.Forget(ctx)
}
