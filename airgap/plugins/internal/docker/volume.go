package docker

import (
	"context"
	"fmt"
	"reflect"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/volume"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// volumeInputs are the inputs of a Volume. A change of one loses its data: Docker cannot change a volume.
type volumeInputs struct {
	Name   string  `json:"name" tf:"required replaces"`
	Labels []label `json:"labels" tf:"set replaces"`
}

func volumeSchema() schema {
	return schemaOf(reflect.TypeFor[volumeInputs]()).
		and("driver", property{replaces: true, computed: true}).
		and("driverOpts", property{kind: mapping, replaces: true}).
		and("mountpoint", property{computed: true}).
		and("cluster", property{kind: object})
}

// volumes has the operations of the type Volume. A volume's ID is its name.
type volumes struct{ unchangeable }

// create takes over a volume that has the name already, as Docker does.
func (volumes) create(ctx context.Context, s session, properties resource.PropertyMap) (string, error) {
	inputs, err := inputsOf[volumeInputs](properties)
	if err != nil {
		return "", err
	}
	created, err := s.engine.VolumeCreate(ctx, volume.CreateOptions{Name: inputs.Name, Labels: labelMap(inputs.Labels)})
	if err != nil {
		return "", fmt.Errorf("creating volume %s: %w", inputs.Name, err)
	}
	return created.Name, nil
}

func (volumes) read(ctx context.Context, s session, id string, _ resource.PropertyMap) (resource.PropertyMap, error) {
	found, err := s.engine.VolumeInspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading volume %s: %w", id, err)
	}
	return encode(map[string]any{
		"name": found.Name, "driver": found.Driver, "driverOpts": orEmpty(found.Options),
		"labels": labelList(found.Labels), "mountpoint": found.Mountpoint,
	})
}

// delete fails while a container uses the volume.
func (volumes) delete(ctx context.Context, s session, id string) error {
	if err := s.engine.VolumeRemove(ctx, id, false); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing volume %s: %w", id, err)
	}
	return nil
}
