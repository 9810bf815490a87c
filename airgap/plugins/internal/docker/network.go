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

// networkInputs are the inputs of a Network. What is not given, the engine chooses.
type networkInputs struct {
	Name       string            `json:"name" tf:"required replaces"`
	Driver     string            `json:"driver" tf:"replaces computed"`
	Internal   bool              `json:"internal" tf:"replaces computed"`
	Attachable bool              `json:"attachable" tf:"replaces"`
	IPv6       *bool             `json:"ipv6" tf:"replaces"`
	Labels     []label           `json:"labels" tf:"set replaces"`
	Options    map[string]string `json:"options" tf:"replaces computed"`
	IPAMDriver string            `json:"ipamDriver" tf:"replaces fixed=default"`
	Addresses  []addresses       `json:"ipamConfigs" tf:"set replaces computed as=ipam_config"`
}

// addresses is a range in CIDR notation that the network takes its addresses from.
type addresses struct {
	Subnet     string            `json:"subnet"`
	Gateway    string            `json:"gateway"`
	IPRange    string            `json:"ipRange"`
	AuxAddress map[string]string `json:"auxAddress"`
}

// label is a key with a value; the SDK has a list of them, the engine a map.
type label struct {
	Label string `json:"label" tf:"required"`
	Value string `json:"value" tf:"required"`
}

func networkSchema() schema {
	return schemaOf(reflect.TypeFor[networkInputs]()).
		and("checkDuplicate ingress", property{kind: boolean, replaces: true}).
		and("ipamOptions", property{kind: mapping, replaces: true}).
		and("scope", property{computed: true})
}

// networks has the operations of the type Network.
type networks struct{ unchangeable }

// create relies on the client, which asks old engines too to refuse a name that is taken (CheckDuplicate); Docker allows
// several networks of one name otherwise.
func (networks) create(ctx context.Context, s session, properties resource.PropertyMap) (string, error) {
	var inputs networkInputs
	if err := decode(properties, &inputs); err != nil {
		return "", err
	}
	options := network.CreateOptions{
		Driver: inputs.Driver, Internal: inputs.Internal, Attachable: inputs.Attachable, EnableIPv6: inputs.IPv6,
		Options: inputs.Options, Labels: labelMap(inputs.Labels), IPAM: &network.IPAM{Driver: inputs.IPAMDriver},
	}
	for _, a := range inputs.Addresses {
		options.IPAM.Config = append(options.IPAM.Config, network.IPAMConfig{Subnet: a.Subnet, Gateway: a.Gateway, IPRange: a.IPRange, AuxAddress: a.AuxAddress})
	}
	created, err := s.engine.NetworkCreate(ctx, inputs.Name, options)
	if err != nil {
		return "", fmt.Errorf("creating network %s: %w", inputs.Name, networkConflict(ctx, s.engine, inputs.Name, err))
	}
	if created.Warning != "" {
		s.warn(ctx, created.Warning)
	}
	return created.ID, nil
}

// networkConflict says which network has the name and what is attached to it.
func networkConflict(ctx context.Context, engine Engine, name string, err error) error {
	other, inspectErr := engine.NetworkInspect(ctx, name, network.InspectOptions{})
	if !errdefs.IsConflict(err) || inspectErr != nil {
		return err
	}
	attached := []string{}
	for _, endpoint := range other.Containers {
		attached = append(attached, endpoint.Name)
	}
	slices.Sort(attached)
	return fmt.Errorf("the name is taken by network %.12s (containers: [%s]), which is not in this stack: "+
		"remove it with \"docker network rm %s\": %w", other.ID, strings.Join(attached, ", "), name, err)
}

func (networks) read(ctx context.Context, s session, id string, _ resource.PropertyMap) (resource.PropertyMap, error) {
	found, err := s.engine.NetworkInspect(ctx, id, network.InspectOptions{})
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading network %s: %w", id, err)
	}
	ranges := []addresses{}
	for _, config := range found.IPAM.Config {
		ranges = append(ranges, addresses{config.Subnet, config.Gateway, config.IPRange, orEmpty(config.AuxAddress)})
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
