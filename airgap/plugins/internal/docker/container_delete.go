package docker

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// delete gives the container destroyGraceSeconds to end, which is 0 unless the
// user says otherwise, as in the official plugin: it is killed.
func (c containers) delete(ctx context.Context, id string, state resource.PropertyMap) error {
	var inputs containerInputs
	if err := decode(state, &inputs); err != nil {
		return err
	}
	err := c.engine.ContainerStop(ctx, id, container.StopOptions{Timeout: &inputs.DestroyGraceSeconds})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("stopping container %s: %w", inputs.Name, err)
	}
	err = c.engine.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: inputs.RemoveVolumes})
	switch {
	case errdefs.IsNotFound(err):
		return nil
	case errdefs.IsConflict(err): // the engine removes it already, because of rm
		return c.removed(ctx, id, inputs.Name)
	case err != nil:
		return fmt.Errorf("removing container %s: %w", inputs.Name, err)
	}
	return nil
}

// removed waits until a removal that is under way has ended, so that the name
// and the ports are free afterwards.
func (c containers) removed(ctx context.Context, id, name string) error {
	done, failed := c.engine.ContainerWait(ctx, id, container.WaitConditionRemoved)
	select {
	case <-done:
		return nil
	case err := <-failed:
		if errdefs.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("waiting for the removal of container %s: %w", name, err)
	}
}
