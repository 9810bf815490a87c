package docker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/network"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// networkSchema replaces a network for every change: Docker cannot change one.
func networkSchema() schema {
	return schema{
		"name":           textOf(required, replaces),
		"driver":         textOf(replaces, computed),
		"internal":       booleanOf(replaces, computed),
		"labels":         setOf(labelProperty(), replaces),
		"options":        mappingOf(replaces, computed),
		"ipamDriver":     textOf(replaces, standard("default")),
		"attachable":     booleanOf(replaces, refused),
		"checkDuplicate": booleanOf(replaces, refused),
		"ingress":        booleanOf(replaces, refused),
		"ipv6":           booleanOf(replaces, refused),
		"ipamOptions":    mappingOf(replaces, refused),
		"scope":          textOf(output),
		"ipamConfigs": listOf(objectOf(schema{
			"auxAddress": mappingOf(), "gateway": textOf(), "ipRange": textOf(), "subnet": textOf(),
		}), replaces, computed, refused, renamed("ipam_config")),
	}
}

// networkEngine is what the type Network calls of the engine.
type networkEngine interface {
	NetworkCreate(ctx context.Context, name string, options network.CreateOptions) (network.CreateResponse, error)
	NetworkInspect(ctx context.Context, id string, options network.InspectOptions) (network.Inspect, error)
	NetworkRemove(ctx context.Context, id string) error
}

// networks has the operations of the type Network.
type networks struct {
	engine networkEngine
	status reporter
}

// networkInputs are the inputs of a Network that this plugin acts on.
type networkInputs struct {
	Name       string            `json:"name"`
	Driver     string            `json:"driver"` // "" lets Docker choose: bridge
	Internal   bool              `json:"internal"`
	Labels     []label           `json:"labels"`
	Options    map[string]string `json:"options"`
	IPAMDriver string            `json:"ipamDriver"`
}

// networkLive is what the engine tells about a network, in the form of the state.
type networkLive struct {
	Name        string            `json:"name"`
	Driver      string            `json:"driver"`
	Scope       string            `json:"scope"`
	Internal    bool              `json:"internal"`
	Attachable  bool              `json:"attachable"`
	Ingress     bool              `json:"ingress"`
	IPv6        bool              `json:"ipv6"`
	Labels      []label           `json:"labels"`
	Options     map[string]string `json:"options"`
	IPAMDriver  string            `json:"ipamDriver"`
	IPAMOptions map[string]string `json:"ipamOptions"`
	IPAMConfigs []addresses       `json:"ipamConfigs"`
}

type addresses struct {
	Subnet     string            `json:"subnet"`
	Gateway    string            `json:"gateway"`
	IPRange    string            `json:"ipRange"`
	AuxAddress map[string]string `json:"auxAddress"`
}

func (n networks) validate(resource.PropertyMap) error { return nil }

// create relies on the client, which asks old engines too to refuse a name that
// is taken (CheckDuplicate); Docker allows several networks of one name otherwise.
func (n networks) create(ctx context.Context, urn string, properties resource.PropertyMap) (string, error) {
	var inputs networkInputs
	if err := decode(properties, &inputs); err != nil {
		return "", err
	}
	created, err := n.engine.NetworkCreate(ctx, inputs.Name, network.CreateOptions{
		Driver: inputs.Driver, Internal: inputs.Internal, Options: inputs.Options,
		Labels: labelMap(inputs.Labels), IPAM: &network.IPAM{Driver: inputs.IPAMDriver},
	})
	if err != nil {
		return "", fmt.Errorf("creating network %s: %w", inputs.Name, n.nameConflict(ctx, inputs.Name, err))
	}
	if created.Warning != "" {
		n.status.Warn(ctx, urn, created.Warning)
	}
	return created.ID, nil
}

// nameConflict says which network has the name and what is attached to it.
func (n networks) nameConflict(ctx context.Context, name string, err error) error {
	other, inspectErr := n.engine.NetworkInspect(ctx, name, network.InspectOptions{})
	if !errdefs.IsConflict(err) || inspectErr != nil {
		return err
	}
	attached := []string{}
	for _, endpoint := range other.Containers {
		attached = append(attached, endpoint.Name)
	}
	slices.Sort(attached)
	return fmt.Errorf("the name is taken by network %.12s (containers: [%s]), which is not in this stack: remove it with \"docker network rm %s\": %w",
		other.ID, strings.Join(attached, ", "), name, err)
}

func (n networks) read(ctx context.Context, id string, _ resource.PropertyMap) (resource.PropertyMap, error) {
	inspected, err := n.engine.NetworkInspect(ctx, id, network.InspectOptions{})
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading network %s: %w", id, err)
	}
	live := networkLive{
		Name: inspected.Name, Driver: inspected.Driver, Scope: inspected.Scope,
		Internal: inspected.Internal, Attachable: inspected.Attachable, Ingress: inspected.Ingress, IPv6: inspected.EnableIPv6,
		Labels: labelList(inspected.Labels), Options: orEmptyMap(inspected.Options),
		IPAMDriver: inspected.IPAM.Driver, IPAMOptions: orEmptyMap(inspected.IPAM.Options), IPAMConfigs: []addresses{},
	}
	for _, config := range inspected.IPAM.Config {
		live.IPAMConfigs = append(live.IPAMConfigs, addresses{
			Subnet: config.Subnet, Gateway: config.Gateway, IPRange: config.IPRange, AuxAddress: orEmptyMap(config.AuxAddress),
		})
	}
	return encode(live)
}

// update is never asked for: every input of a network replaces it.
func (n networks) update(context.Context, string, string, []string, resource.PropertyMap) error {
	return nil
}

// delete fails while containers are attached, with their names in the message.
func (n networks) delete(ctx context.Context, id string, _ resource.PropertyMap) error {
	if err := n.engine.NetworkRemove(ctx, id); err != nil && !errdefs.IsNotFound(err) {
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

// labelList is in order of the names, so that the state does not change with
// every run.
func labelList(values map[string]string) []label {
	labels := []label{}
	for name, value := range values {
		labels = append(labels, label{Label: name, Value: value})
	}
	slices.SortFunc(labels, func(a, b label) int { return strings.Compare(a.Label, b.Label) })
	return labels
}
