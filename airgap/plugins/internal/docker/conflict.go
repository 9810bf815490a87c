package docker

import (
	"context"
	"fmt"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
)

// nameConflict says which container has the name that was asked for.
func (c containers) nameConflict(ctx context.Context, name string, err error) error {
	if !errdefs.IsConflict(err) {
		return err
	}
	other, inspectErr := c.engine.ContainerInspect(ctx, name)
	if inspectErr != nil {
		return err
	}
	return fmt.Errorf("the name is taken by container %.12s (image %s, %s since %s), which is not in this stack: remove it with \"docker rm -f %s\": %w",
		other.ID, other.Config.Image, other.State.Status, other.Created, name, err)
}

// portConflict says which port is taken, and by which container if it is one.
func (c containers) portConflict(ctx context.Context, inputs containerInputs, err error) error {
	message := err.Error()
	if !strings.Contains(message, "already allocated") && !strings.Contains(message, "address already in use") {
		return err
	}
	for _, port := range inputs.Ports {
		if port.External == 0 || !strings.Contains(message, fmt.Sprintf(":%d", port.External)) {
			continue
		}
		if holder := c.publisher(ctx, port.External); holder != "" {
			return fmt.Errorf("port %d is taken by container %s: stop it, or choose another port: %w", port.External, holder, err)
		}
		return fmt.Errorf("port %d is taken by a process outside of Docker (see \"ss -ltnp sport = :%d\"): stop it, or choose another port: %w",
			port.External, port.External, err)
	}
	return err
}

// publisher returns the name of the container that publishes a port, or "".
func (c containers) publisher(ctx context.Context, port int) string {
	running, err := c.engine.ContainerList(ctx, container.ListOptions{})
	if err != nil {
		return "" // the conflict itself is the error to report
	}
	for _, candidate := range running {
		for _, published := range candidate.Ports {
			if int(published.PublicPort) == port && len(candidate.Names) > 0 {
				return strings.TrimPrefix(candidate.Names[0], "/")
			}
		}
	}
	return ""
}
