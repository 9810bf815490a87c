package docker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// cleanupTimeout bounds the removal of what a failed operation leaves behind;
// the operation's own context may have ended by then.
const cleanupTimeout = 30 * time.Second

// create returns the ID together with the error when a container exists that
// did not become what was asked for; it stays, so that one can look at it.
func (c containers) create(ctx context.Context, urn string, properties resource.PropertyMap) (string, error) {
	inputs, err := parseContainer(properties)
	if err != nil {
		return "", err
	}
	if err := ensureImage(ctx, c.engine, c.status, urn, inputs.Image); err != nil {
		return "", err
	}
	config, err := inputs.config()
	if err != nil {
		return "", err
	}
	created, err := c.engine.ContainerCreate(ctx, config, inputs.hostConfig(), nil, nil, inputs.Name)
	if err != nil {
		return "", fmt.Errorf("creating container %s: %w", inputs.Name, c.nameConflict(ctx, inputs.Name, err))
	}
	for _, warning := range created.Warnings {
		c.status.Warn(ctx, urn, warning)
	}
	if err := c.prepare(ctx, created.ID, inputs); err != nil {
		return "", errors.Join(err, c.discard(ctx, created.ID))
	}
	if !inputs.Start {
		return created.ID, nil
	}
	watch, stop := watchHealth(ctx, c.engine, created.ID)
	defer stop()
	if err := c.engine.ContainerStart(ctx, created.ID, container.StartOptions{}); err != nil {
		err = fmt.Errorf("starting container %s: %w", inputs.Name, c.portConflict(ctx, inputs, err))
		return "", errors.Join(err, c.discard(ctx, created.ID))
	}
	return created.ID, c.await(ctx, urn, created.ID, inputs, watch)
}

// prepare makes a created container ready to start.
func (c containers) prepare(ctx context.Context, id string, inputs containerInputs) error {
	if len(inputs.Networks) > 0 {
		// The engine attaches every container to its default network.
		if err := c.engine.NetworkDisconnect(ctx, "bridge", id, false); err != nil && inputs.NetworkMode == "bridge" {
			return fmt.Errorf("disconnecting container %s from the default network: %w", inputs.Name, err)
		}
	}
	for _, network := range inputs.Networks {
		if err := c.engine.NetworkConnect(ctx, network.Name, id, network.endpoint()); err != nil {
			return fmt.Errorf("connecting container %s to network %s: %w", inputs.Name, network.Name, err)
		}
	}
	for _, upload := range inputs.Uploads {
		if err := c.upload(ctx, id, upload); err != nil {
			return fmt.Errorf("container %s: %w", inputs.Name, err)
		}
	}
	return nil
}

// discard removes a container that is of no use to anybody.
func (c containers) discard(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
	defer cancel()
	err := c.engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing container %s again: %w", id[:12], err)
	}
	return nil
}
