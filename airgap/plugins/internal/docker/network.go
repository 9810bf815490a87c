package docker

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"
)

// networkInputs are the inputs of a Network. The rest of it is up to the engine.
type networkInputs struct {
	Name       string  `json:"name" tf:"required replaces"`
	Labels     []label `json:"labels" tf:"set replaces"`
	IPAMDriver string  `json:"ipamDriver" tf:"replaces fixed=default"`
}

// label is a key with a value; the SDK has a list of them, the engine a map.
type label struct {
	Label string `json:"label" tf:"required"`
	Value string `json:"value" tf:"required"`
}

func networkSchema() schema.Schema {
	return schema.Of[networkInputs]().
		And("unknown boolean replaces", "attachable checkDuplicate ingress ipv6").
		And("unknown boolean replaces computed", "internal").
		And("unknown replaces computed", "driver").
		And("unknown mapping replaces computed", "options").
		And("unknown set of=object replaces computed", "ipamConfigs").
		And("unknown mapping replaces", "ipamOptions").
		And("unknown computed", "id scope")
}

// networks has the operations of the type Network.
type networks struct {
	unchangeable
	session
	networkInputs
}

// create relies on the client, which asks old engines too to refuse a name that is taken (CheckDuplicate); Docker allows
// several networks of one name otherwise.
func (n networks) create(ctx context.Context) (string, error) {
	created, err := n.engine.NetworkCreate(ctx, n.Name, network.CreateOptions{
		Labels: labelMap(n.Labels), IPAM: &network.IPAM{Driver: n.IPAMDriver},
	})
	if err != nil {
		return "", fmt.Errorf("creating network %s: %w", n.Name, err)
	}
	if created.Warning != "" {
		n.warn(ctx, created.Warning)
	}
	return created.ID, nil
}

func (n networks) inspect(ctx context.Context, id string) (map[string]any, error) {
	found, err := n.engine.NetworkInspect(ctx, id, network.InspectOptions{})
	var ranges []map[string]any
	for _, config := range found.IPAM.Config {
		ranges = append(ranges, map[string]any{
			"subnet": config.Subnet, "gateway": config.Gateway, "ipRange": config.IPRange, "auxAddress": config.AuxAddress,
		})
	}
	return map[string]any{
		"name": found.Name, "driver": found.Driver, "scope": found.Scope, "internal": found.Internal,
		"attachable": found.Attachable, "ingress": found.Ingress, "ipv6": found.EnableIPv6,
		"labels": labelList(found.Labels), "options": found.Options,
		"ipamDriver": found.IPAM.Driver, "ipamOptions": found.IPAM.Options, "ipamConfigs": ranges,
	}, err
}

// remove fails while containers are attached, with their names in the message.
func (n networks) remove(ctx context.Context, id string) error {
	return n.engine.NetworkRemove(ctx, id)
}

// volumeInputs are the inputs of a Volume. A change of one loses its data: Docker cannot change a volume.
type volumeInputs struct {
	Name   string  `json:"name" tf:"required replaces"`
	Labels []label `json:"labels" tf:"set replaces"`
}

func volumeSchema() schema.Schema {
	return schema.Of[volumeInputs]().
		And("unknown replaces computed", "driver").
		And("unknown mapping replaces", "driverOpts").
		And("unknown computed", "id mountpoint").
		And("unknown object", "cluster")
}

// volumes has the operations of the type Volume. A volume's ID is its name.
type volumes struct {
	unchangeable
	session
	volumeInputs
}

// create takes over a volume that has the name already, as Docker does.
func (v volumes) create(ctx context.Context) (string, error) {
	created, err := v.engine.VolumeCreate(ctx, volume.CreateOptions{Name: v.Name, Labels: labelMap(v.Labels)})
	if err != nil {
		return "", fmt.Errorf("creating volume %s: %w", v.Name, err)
	}
	return created.Name, nil
}

func (v volumes) inspect(ctx context.Context, id string) (map[string]any, error) {
	found, err := v.engine.VolumeInspect(ctx, id)
	return map[string]any{
		"name": found.Name, "driver": found.Driver, "driverOpts": found.Options,
		"labels": labelList(found.Labels), "mountpoint": found.Mountpoint,
	}, err
}

// remove fails while a container uses the volume.
func (v volumes) remove(ctx context.Context, id string) error {
	return v.engine.VolumeRemove(ctx, id, false)
}

func labelMap(labels []label) map[string]string {
	values := map[string]string{}
	for _, label := range labels {
		values[label.Label] = label.Value
	}
	return values
}

// labelList is in order of the names, so that the state does not change with every run.
func labelList(values map[string]string) (labels []label) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		labels = append(labels, label{Label: name, Value: values[name]})
	}
	return labels
}
