package docker

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// containers has the operations of the type Container.
type containers struct{}

// create returns the ID together with the error when a container exists that did not become what was asked for; it stays,
// so that one can look at it.
func (containers) create(ctx context.Context, s session, properties resource.PropertyMap) (string, error) {
	inputs, err := inputsOf[containerInputs](properties)
	if err != nil {
		return "", err
	}
	if err := s.ensureImage(ctx, inputs.Image); err != nil {
		return "", err
	}
	created, err := s.engine.ContainerCreate(ctx, inputs.config(), inputs.hostConfig(), nil, nil, inputs.Name)
	if err != nil {
		return "", fmt.Errorf("creating container %s: %w", inputs.Name, err)
	}
	for _, warning := range created.Warnings {
		s.warn(ctx, warning)
	}
	if err := prepare(ctx, s.engine, created.ID, inputs); err != nil {
		return "", errors.Join(err, discard(ctx, s.engine, created.ID))
	}
	started, err := start(ctx, s, created.ID, inputs)
	if !started {
		return "", errors.Join(err, discard(ctx, s.engine, created.ID))
	}
	return created.ID, err
}

// prepare makes a created container ready to start.
func prepare(ctx context.Context, engine Engine, id string, inputs containerInputs) error {
	if len(inputs.Networks) > 0 {
		// The engine attaches every container to its default network.
		if err := engine.NetworkDisconnect(ctx, "bridge", id, false); err != nil {
			return fmt.Errorf("disconnecting container %s from the default network: %w", inputs.Name, err)
		}
	}
	for _, to := range inputs.Networks {
		if err := engine.NetworkConnect(ctx, to.Name, id, &network.EndpointSettings{Aliases: to.Aliases}); err != nil {
			return fmt.Errorf("connecting container %s to network %s: %w", inputs.Name, to.Name, err)
		}
	}
	for _, file := range inputs.Uploads {
		archive, err := file.archive()
		if err == nil {
			err = engine.CopyToContainer(ctx, id, "/", archive, container.CopyToContainerOptions{})
		}
		if err != nil {
			return fmt.Errorf("container %s: uploading %s: %w", inputs.Name, file.File, err)
		}
	}
	return nil
}

// archive holds the file alone, with its full path. Writing to memory never fails, a name that tar cannot hold does.
func (u upload) archive() (*bytes.Buffer, error) {
	buffer := &bytes.Buffer{}
	writer := tar.NewWriter(buffer)
	err := writer.WriteHeader(&tar.Header{Name: u.File, Mode: cmp.Or(int64(u.Permissions), 0o644), Size: int64(len(u.Content))})
	if err == nil {
		_, err = writer.Write([]byte(u.Content))
	}
	return buffer, errors.Join(err, writer.Close())
}

// start starts a container and waits until it is what its inputs ask for. started says that it did run.
func start(ctx context.Context, s session, id string, inputs containerInputs) (started bool, err error) {
	watch, stop := watchHealth(ctx, s.engine, id)
	defer stop()
	if err := s.engine.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return false, fmt.Errorf("starting container %s: %w", inputs.Name, portTaken(err))
	}
	return true, await(ctx, s, id, inputs, watch)
}

// portTaken adds the next step to the engine's words for a port that is taken.
func portTaken(err error) error {
	if strings.Contains(err.Error(), "already allocated") || strings.Contains(err.Error(), "address already in use") {
		return fmt.Errorf("%w: stop what listens there (see \"docker ps\" and \"ss -ltnp\"), or choose another port", err)
	}
	return err
}

// discard removes a container that is of no use to anybody.
func discard(ctx context.Context, engine Engine, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	err := engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing container %.12s again: %w", id, err)
	}
	return nil
}

// read takes known for what the engine alone does not tell: in which order its ports were asked for.
func (containers) read(ctx context.Context, s session, id string, known resource.PropertyMap) (resource.PropertyMap, error) {
	found, err := s.engine.ContainerInspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading container %s: %w", id, err)
	}
	inputs, err := inputsOf[containerInputs](known)
	if err != nil {
		return nil, err
	}
	return containerState(found, inputs)
}

// update changes a running container. Only the restart policy can be: the others that do not replace the container take
// effect when it is next replaced, as with the official plugin, which does not say so. One that has stopped is started.
func (containers) update(ctx context.Context, s session, id string, changed []string, properties resource.PropertyMap) error {
	inputs, err := inputsOf[containerInputs](properties)
	if err != nil {
		return err
	}
	for _, name := range changed {
		if slices.Contains([]string{"healthcheck", "tmpfs", "init"}, name) {
			s.warn(ctx, fmt.Sprintf("%s takes effect when container %s is next replaced", name, inputs.Name))
		}
	}
	if slices.Contains(changed, "restart") {
		_, err := s.engine.ContainerUpdate(ctx, id, container.UpdateConfig{RestartPolicy: inputs.hostConfig().RestartPolicy})
		if err != nil {
			return fmt.Errorf("updating container %s: %w", inputs.Name, err)
		}
	}
	found, err := s.engine.ContainerInspect(ctx, id)
	if err != nil {
		return fmt.Errorf("reading container %s: %w", inputs.Name, err)
	}
	if !found.State.Running {
		_, err = start(ctx, s, id, inputs)
	}
	return err
}

// delete kills the container, as the official plugin does unless it is told otherwise, and returns when its name and its
// ports are free again, so that a replacement can take them.
func (containers) delete(ctx context.Context, s session, id string) error {
	kill := 0
	err := s.engine.ContainerStop(ctx, id, container.StopOptions{Timeout: &kill})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("stopping container %.12s: %w", id, err)
	}
	err = s.engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsConflict(err) { // another removal is under way
		done, failed := s.engine.ContainerWait(ctx, id, container.WaitConditionRemoved)
		select {
		case <-done:
			err = nil
		case err = <-failed:
		}
	}
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing container %.12s: %w", id, err)
	}
	return nil
}
