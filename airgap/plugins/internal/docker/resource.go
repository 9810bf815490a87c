package docker

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"
)

// reporter shows what an operation does; plugin.Status sends it to the engine.
type reporter interface {
	Info(ctx context.Context, urn, message string)
	Warn(ctx context.Context, urn, message string)
}

// session is what one operation works with.
type session struct {
	engine client.APIClient
	status reporter
	urn    string
}

func (s session) info(ctx context.Context, message string) { s.status.Info(ctx, s.urn, message) }
func (s session) warn(ctx context.Context, message string) { s.status.Warn(ctx, s.urn, message) }

// A thing is what inputs ask for in a Docker Engine.
type thing interface {
	// create returns the ID of what exists afterwards, with an error too when that is not what was asked for.
	create(ctx context.Context) (id string, err error)
	// inspect returns what there is, by properties in the form that JSON gives them.
	inspect(ctx context.Context, id string) (map[string]any, error)
	// change brings what exists to the inputs, of which changed names those that differ.
	change(ctx context.Context, id string, changed []string) error
	remove(ctx context.Context, id string) error
}

// unchangeable is for things of which every input replaces the resource: Docker cannot change a network or a volume.
type unchangeable struct{}

func (unchangeable) change(context.Context, string, []string) error { return nil }

// resourceType is what the provider knows about the resources of one type.
type resourceType struct {
	noun    string // in messages
	version string // of Terraform's schema; empty for an Image
	schema  schema.Schema
	bind    func(session, resource.PropertyMap) (thing, error)
}

// resourceTypes are the types by their tokens.
func resourceTypes() map[string]resourceType {
	return map[string]resourceType{
		"docker:index/container:Container": {"container", "2", containerSchema(),
			bind(func(s session, inputs containerInputs) thing { return containers{s, inputs} })},
		"docker:index/image:Image": {"image", "", schema.Of[imageInputs](),
			bind(func(s session, inputs imageInputs) thing { return &images{session: s, imageInputs: inputs} })},
		"docker:index/network:Network": {"network", "1", networkSchema(),
			bind(func(s session, inputs networkInputs) thing { return networks{unchangeable{}, s, inputs} })},
		"docker:index/volume:Volume": {"volume", "1", volumeSchema(),
			bind(func(s session, inputs volumeInputs) thing { return volumes{unchangeable{}, s, inputs} })},
	}
}

// bind reads inputs, which is an error where one is of another form.
func bind[Inputs any](to func(session, Inputs) thing) func(session, resource.PropertyMap) (thing, error) {
	return func(s session, properties resource.PropertyMap) (thing, error) {
		inputs, err := schema.Decode[Inputs](properties)
		return to(s, inputs), err
	}
}

// check validates by the schema first, and by the type's own rules only when every value is known.
func (t resourceType) check(news resource.PropertyMap) (resource.PropertyMap, []*pulumirpc.CheckFailure) {
	inputs, failures := t.schema.Check(closed, news)
	if len(failures) > 0 || inputs.ContainsUnknowns() {
		return inputs, failures
	}
	if _, err := t.bind(session{}, inputs); err != nil {
		return inputs, []*pulumirpc.CheckFailure{{Reason: err.Error()}}
	}
	if t.version == "" {
		failures = checkImage(inputs)
	}
	return inputs, failures
}

// What the state has besides properties: the official plugin's note about it, and ours that the resource never became ready.
const (
	metaKey    = "__meta"
	taintedKey = "__tainted"
)

// diff has a resource replaced that never became ready: an update would call it good.
func (t resourceType) diff(state, news resource.PropertyMap, ignored []string) *pulumirpc.DiffResponse {
	if t.version == "" {
		return imageDiff(state, news)
	}
	response := t.schema.Diff(state, news, ignored)
	if state[taintedKey].V == true && len(response.Replaces) == 0 {
		response.Changes, response.DeleteBeforeReplace = pulumirpc.DiffResponse_DIFF_SOME, true
		response.Diffs, response.Replaces = append(response.Diffs, "wait"), []string{"wait"}
	}
	return response
}

// live is what Docker says, or nil when the resource is gone.
func (t resourceType) live(ctx context.Context, what thing, id string) (resource.PropertyMap, error) {
	found, err := what.inspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s %s: %w", t.noun, id, err)
	}
	return schema.Encode(found)
}

// reached is the state after an operation.
func (t resourceType) reached(ctx context.Context, what thing, id string, inputs resource.PropertyMap) (resource.PropertyMap, error) {
	live, err := t.live(ctx, what, id)
	if err == nil && t.version == "" {
		live[inputsKey] = resource.MakeSecret(resource.NewProperty(inputs))
		return live, nil
	}
	return t.noted(id, t.schema.Reached(inputs, live)), err
}

// noted adds what the state has besides properties.
func (t resourceType) noted(id string, state resource.PropertyMap) resource.PropertyMap {
	state["id"], state[metaKey] = resource.NewProperty(id), resource.NewProperty(`{"schema_version":"`+t.version+`"}`)
	return state
}
