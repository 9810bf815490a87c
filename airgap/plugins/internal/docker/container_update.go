package docker

import (
	"context"
	"fmt"

	"github.com/docker/docker/api/types/container"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// update changes a running container. Few properties can be: the others that
// do not replace the container take effect when it is next replaced, as with
// the official plugin, which does not say so.
func (c containers) update(ctx context.Context, urn, id string, changed []string, properties resource.PropertyMap) error {
	inputs, err := parseContainer(properties)
	if err != nil {
		return err
	}
	limits := false
	for _, name := range changed {
		switch name {
		case "restart", "maxRetryCount", "memory", "memoryReservation", "memorySwap", "cpuSet", "cpuShares":
			limits = true
		case "healthcheck", "tmpfs", "init", "rm":
			c.status.Warn(ctx, urn, fmt.Sprintf("%s takes effect when container %s is next replaced", name, inputs.Name))
		}
	}
	if limits {
		resources := inputs.resources()
		resources.Ulimits, resources.Devices = nil, nil // the engine cannot change these
		_, err := c.engine.ContainerUpdate(ctx, id, container.UpdateConfig{
			Resources:     resources,
			RestartPolicy: inputs.hostConfig().RestartPolicy,
		})
		if err != nil {
			return fmt.Errorf("updating container %s: %w", inputs.Name, err)
		}
	}
	return c.restart(ctx, urn, id, inputs)
}

// restart starts a container that must run and does not.
func (c containers) restart(ctx context.Context, urn, id string, inputs containerInputs) error {
	inspected, err := c.engine.ContainerInspect(ctx, id)
	if err != nil {
		return fmt.Errorf("reading container %s: %w", inputs.Name, err)
	}
	if inspected.State.Running || !inputs.Start || !inputs.MustRun {
		return nil
	}
	watch, stop := watchHealth(ctx, c.engine, id)
	defer stop()
	if err := c.engine.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return fmt.Errorf("starting container %s: %w", inputs.Name, c.portConflict(ctx, inputs, err))
	}
	return c.await(ctx, urn, id, inputs, watch)
}
