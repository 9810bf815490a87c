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
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/network"
)

// containers is a container that runs.
type containers struct {
	session
	containerInputs
}

// create returns the ID together with the error when a container exists that did not become what was asked for; it stays,
// so that one can look at it. One that never ran is removed.
func (c containers) create(ctx context.Context) (string, error) {
	if err := c.ensureImage(ctx, c.Image); err != nil {
		return "", err
	}
	created, err := c.engine.ContainerCreate(ctx, c.config(), c.hostConfig(), nil, nil, c.Name)
	if err != nil {
		return "", fmt.Errorf("creating container %s: %w", c.Name, err)
	}
	for _, warning := range created.Warnings {
		c.warn(ctx, warning)
	}
	started, err := false, c.prepare(ctx, created.ID)
	if err == nil {
		started, err = c.start(ctx, created.ID)
	}
	if started {
		return created.ID, err
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	return "", errors.Join(err, c.engine.ContainerRemove(cleaning, created.ID, container.RemoveOptions{Force: true, RemoveVolumes: true}))
}

// prepare makes a created container ready to start.
func (c containers) prepare(ctx context.Context, id string) error {
	if len(c.Networks) > 0 {
		// The engine attaches every container to its default network.
		if err := c.engine.NetworkDisconnect(ctx, "bridge", id, false); err != nil {
			return fmt.Errorf("disconnecting container %s from the default network: %w", c.Name, err)
		}
	}
	for _, to := range c.Networks {
		if err := c.engine.NetworkConnect(ctx, to.Name, id, &network.EndpointSettings{Aliases: to.Aliases}); err != nil {
			return fmt.Errorf("connecting container %s to network %s: %w", c.Name, to.Name, err)
		}
	}
	for _, file := range c.Uploads {
		archive := &bytes.Buffer{} // of the file alone, with its full path
		writer := tar.NewWriter(archive)
		err := writer.WriteHeader(&tar.Header{Name: file.File, Mode: cmp.Or(int64(file.Permissions), 0o644), Size: int64(len(file.Content))})
		if err == nil {
			_, err = writer.Write([]byte(file.Content))
		}
		if err = errors.Join(err, writer.Close()); err == nil {
			err = c.engine.CopyToContainer(ctx, id, "/", archive, container.CopyToContainerOptions{})
		}
		if err != nil {
			return fmt.Errorf("container %s: uploading %s: %w", c.Name, file.File, err)
		}
	}
	return nil
}

// portTaken adds to the engine's words for a port that is taken who has it, and the next step.
func (c containers) portTaken(ctx context.Context, err error) error {
	if !strings.Contains(err.Error(), "already allocated") && !strings.Contains(err.Error(), "address already in use") {
		return err
	}
	holder, published := "a process outside of Docker (see \"ss -ltnp\")", filters.NewArgs()
	for _, port := range c.Ports {
		published.Add("publish", fmt.Sprintf("%d/%s", port.External, port.Protocol))
	}
	found, listErr := c.engine.ContainerList(ctx, container.ListOptions{Filters: published})
	if listErr == nil && len(found) > 0 { // otherwise the conflict itself is what there is to report
		holder = "container " + strings.TrimPrefix(cmp.Or(found[0].Names...), "/")
	}
	return fmt.Errorf("%w: it is taken by %s: stop that, or choose another port", err, holder)
}

func (c containers) inspect(ctx context.Context, id string) (map[string]any, error) {
	found, err := c.engine.ContainerInspect(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.state(found), nil
}

// change changes a running container. Only the restart policy can be: the others that do not replace the container take
// effect when it is next replaced, as with the official plugin, which does not say so. One that has stopped is started.
func (c containers) change(ctx context.Context, id string, changed []string) error {
	for _, name := range changed {
		if slices.Contains([]string{"healthcheck", "tmpfs", "init"}, name) {
			c.warn(ctx, fmt.Sprintf("%s takes effect when container %s is next replaced", name, c.Name))
		}
	}
	if slices.Contains(changed, "restart") {
		_, err := c.engine.ContainerUpdate(ctx, id, container.UpdateConfig{RestartPolicy: c.hostConfig().RestartPolicy})
		if err != nil {
			return fmt.Errorf("updating container %s: %w", c.Name, err)
		}
	}
	found, err := c.engine.ContainerInspect(ctx, id)
	if err != nil {
		return fmt.Errorf("reading container %s: %w", c.Name, err)
	}
	if !found.State.Running {
		_, err = c.start(ctx, id)
	}
	return err
}

// remove kills the container, as the official plugin does unless it is told otherwise, and returns when its name and its
// ports are free again, so that a replacement can take them.
func (c containers) remove(ctx context.Context, id string) error {
	err := c.engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsConflict(err) { // another removal is under way
		done, failed := c.engine.ContainerWait(ctx, id, container.WaitConditionRemoved)
		select {
		case <-done:
			return nil
		case err = <-failed:
		}
	}
	return err
}
