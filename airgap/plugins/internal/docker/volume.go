package docker

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/volume"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// volumeSchema replaces a volume, and so loses its data, for every change:
// Docker cannot change one.
func volumeSchema() schema {
	return schema{
		"name":       textOf(required, replaces),
		"driver":     textOf(replaces, computed),
		"driverOpts": mappingOf(replaces),
		"labels":     setOf(labelProperty(), replaces),
		"cluster":    objectOf(nil, refused),
		"mountpoint": textOf(output),
	}
}

// volumeEngine is what the type Volume calls of the engine.
type volumeEngine interface {
	VolumeCreate(ctx context.Context, options volume.CreateOptions) (volume.Volume, error)
	VolumeInspect(ctx context.Context, name string) (volume.Volume, error)
	VolumeRemove(ctx context.Context, name string, force bool) error
}

// volumes has the operations of the type Volume. A volume's ID is its name.
type volumes struct {
	engine volumeEngine
}

type volumeInputs struct {
	Name       string            `json:"name"`
	Driver     string            `json:"driver"`
	DriverOpts map[string]string `json:"driverOpts"`
	Labels     []label           `json:"labels"`
}

type volumeLive struct {
	Name       string            `json:"name"`
	Driver     string            `json:"driver"`
	DriverOpts map[string]string `json:"driverOpts"`
	Labels     []label           `json:"labels"`
	Mountpoint string            `json:"mountpoint"`
}

func (v volumes) validate(resource.PropertyMap) error { return nil }

// create takes over a volume that has the name already, as Docker does.
func (v volumes) create(ctx context.Context, _ string, properties resource.PropertyMap) (string, error) {
	var inputs volumeInputs
	if err := decode(properties, &inputs); err != nil {
		return "", err
	}
	created, err := v.engine.VolumeCreate(ctx, volume.CreateOptions{
		Name: inputs.Name, Driver: inputs.Driver, DriverOpts: inputs.DriverOpts, Labels: labelMap(inputs.Labels),
	})
	if err != nil {
		return "", fmt.Errorf("creating volume %s: %w", inputs.Name, err)
	}
	return created.Name, nil
}

func (v volumes) read(ctx context.Context, id string, _ resource.PropertyMap) (resource.PropertyMap, error) {
	inspected, err := v.engine.VolumeInspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading volume %s: %w", id, err)
	}
	return encode(volumeLive{
		Name: inspected.Name, Driver: inspected.Driver, Mountpoint: inspected.Mountpoint,
		DriverOpts: orEmptyMap(inspected.Options), Labels: labelList(inspected.Labels),
	})
}

// update is never asked for: every input of a volume replaces it.
func (v volumes) update(context.Context, string, string, []string, resource.PropertyMap) error {
	return nil
}

// delete fails while a container uses the volume.
func (v volumes) delete(ctx context.Context, id string, _ resource.PropertyMap) error {
	if err := v.engine.VolumeRemove(ctx, id, false); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing volume %s: %w", id, err)
	}
	return nil
}
