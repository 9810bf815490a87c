package docker

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/network"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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

func networkSchema() schema {
	ranges := property{kind: object, fields: schema{"auxAddress": {kind: mapping}}}
	return schemaOf(reflect.TypeFor[networkInputs]()).
		and("attachable checkDuplicate ingress ipv6", property{kind: boolean, replaces: true}).
		and("internal", property{kind: boolean, replaces: true, computed: true}).
		and("driver", property{replaces: true, computed: true}).
		and("options", property{kind: mapping, replaces: true, computed: true}).
		and("ipamConfigs=ipam_config", property{kind: set, element: &ranges, replaces: true, computed: true}).
		and("ipamOptions", property{kind: mapping, replaces: true}).
		and("scope", property{computed: true})
}

// networks has the operations of the type Network.
type networks struct{ unchangeable }

// create relies on the client, which asks old engines too to refuse a name that is taken (CheckDuplicate); Docker allows
// several networks of one name otherwise.
func (networks) create(ctx context.Context, s session, properties resource.PropertyMap) (string, error) {
	inputs, err := inputsOf[networkInputs](properties)
	if err != nil {
		return "", err
	}
	created, err := s.engine.NetworkCreate(ctx, inputs.Name, network.CreateOptions{
		Labels: labelMap(inputs.Labels), IPAM: &network.IPAM{Driver: inputs.IPAMDriver},
	})
	if err != nil {
		return "", fmt.Errorf("creating network %s: %w", inputs.Name, err)
	}
	if created.Warning != "" {
		s.warn(ctx, created.Warning)
	}
	return created.ID, nil
}

func (networks) read(ctx context.Context, s session, id string, _ resource.PropertyMap) (resource.PropertyMap, error) {
	found, err := s.engine.NetworkInspect(ctx, id, network.InspectOptions{})
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading network %s: %w", id, err)
	}
	ranges := []map[string]any{}
	for _, config := range found.IPAM.Config {
		ranges = append(ranges, map[string]any{
			"subnet": config.Subnet, "gateway": config.Gateway, "ipRange": config.IPRange, "auxAddress": orEmpty(config.AuxAddress),
		})
	}
	return encode(map[string]any{
		"name": found.Name, "driver": found.Driver, "scope": found.Scope, "internal": found.Internal,
		"attachable": found.Attachable, "ingress": found.Ingress, "ipv6": found.EnableIPv6,
		"labels": labelList(found.Labels), "options": orEmpty(found.Options),
		"ipamDriver": found.IPAM.Driver, "ipamOptions": orEmpty(found.IPAM.Options), "ipamConfigs": ranges,
	})
}

// delete fails while containers are attached, with their names in the message.
func (networks) delete(ctx context.Context, s session, id string) error {
	if err := s.engine.NetworkRemove(ctx, id); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing network %s: %w", id, err)
	}
	return nil
}

func labelMap(labels []label) map[string]string {
	values := map[string]string{}
	for _, label := range labels {
		values[label.Label] = label.Value
	}
	return values
}

// labelList is in order of the names, so that the state does not change with every run.
func labelList(values map[string]string) []label {
	labels := []label{}
	for name, value := range values {
		labels = append(labels, label{Label: name, Value: value})
	}
	slices.SortFunc(labels, func(a, b label) int { return strings.Compare(a.Label, b.Label) })
	return labels
}

// orEmpty makes the absence of options an empty map in the state, not null.
func orEmpty(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}
