package docker

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// inputsKey is where the state of an Image keeps the inputs, as a secret: they
// may hold a password.
const inputsKey = "__inputs"

// images is the resource type Image: an image that is built, and pushed unless
// skipPush is set. Its ID is its name. Docker is not asked about it again:
// Read returns the state, and Delete leaves the image where it is.
type images struct{}

func (images) check(_ context.Context, _ reporter, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, err
	}
	inputs, check := checkImage(news)
	encoded, err := plugin.Encode(inputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: check.failures}, nil
}

// diff never replaces: an image is built again under its name, whatever changed.
func (images) diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	state, stateErr := plugin.Decode(request.GetOlds())
	news, newsErr := plugin.Decode(request.GetNews())
	if err := errors.Join(stateErr, newsErr); err != nil {
		return nil, err
	}
	changes := imageChanges(storedInputs(state), news)
	if len(changes) == 0 {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	return &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_SOME, DetailedDiff: changes, HasDetailedDiff: true,
	}, nil
}

// storedInputs are the inputs that the image was built from. The engine sends a
// secret as a plain value to plugins that, like this one, do not ask for secrets.
func storedInputs(state resource.PropertyMap) resource.PropertyMap {
	stored := state[inputsKey]
	if stored.IsSecret() {
		stored = stored.SecretValue().Element
	}
	if !stored.IsObject() {
		return nil
	}
	return stored.ObjectValue()
}

// imageChanges compares whole inputs. Of the registry only the server counts:
// short-lived passwords must not build the image again.
func imageChanges(olds, news resource.PropertyMap) difference {
	changes := difference{}
	difference := olds.Diff(news)
	if difference == nil {
		return changes
	}
	for key := range difference.Adds {
		changes.add(string(key), pulumirpc.PropertyDiff_ADD)
	}
	for key := range difference.Deletes {
		changes.add(string(key), pulumirpc.PropertyDiff_DELETE)
	}
	for key, change := range difference.Updates {
		if key == "registry" && change.Object != nil && !change.Object.Changed("server") {
			continue
		}
		changes.add(string(key), pulumirpc.PropertyDiff_UPDATE)
	}
	return changes
}

func (i images) create(ctx context.Context, engine Engine, status reporter, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	properties, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return nil, err
	}
	if request.GetPreview() && !buildable(ctx, status, request.GetUrn(), properties) {
		return &pulumirpc.CreateResponse{Properties: request.GetProperties()}, nil
	}
	state, err := i.make(ctx, engine, status, request.GetUrn(), properties, request.GetPreview())
	if err != nil {
		return nil, err
	}
	encoded, err := plugin.Encode(state)
	return &pulumirpc.CreateResponse{Id: state["imageName"].StringValue(), Properties: encoded}, err
}

func (i images) update(ctx context.Context, engine Engine, status reporter, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	properties, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, err
	}
	if request.GetPreview() && !buildable(ctx, status, request.GetUrn(), properties) {
		return &pulumirpc.UpdateResponse{Properties: request.GetNews()}, nil
	}
	state, err := i.make(ctx, engine, status, request.GetUrn(), properties, request.GetPreview())
	if err != nil {
		return nil, err
	}
	encoded, err := plugin.Encode(state)
	return &pulumirpc.UpdateResponse{Properties: encoded}, err
}

// buildable says that a preview was asked to build and knows enough for it.
func buildable(ctx context.Context, status reporter, urn string, inputs resource.PropertyMap) bool {
	if wanted := inputs["buildOnPreview"]; !wanted.IsBool() || !wanted.BoolValue() {
		return false
	}
	if inputs.ContainsUnknowns() {
		status.Warn(ctx, urn, "The preview does not build the image: some of its inputs are not known yet")
		return false
	}
	return true
}

// make builds and pushes the image and returns its state.
func (images) make(ctx context.Context, engine imageEngine, status reporter, urn string, properties resource.PropertyMap, preview bool) (resource.PropertyMap, error) {
	var inputs imageInputs
	if err := decode(properties, &inputs); err != nil {
		return nil, err
	}
	source := buildContext{folder: inputs.Build.Context, dockerfile: inputs.Build.Dockerfile}
	dockerfile, _, err := source.relativeDockerfile()
	if err != nil {
		return nil, err
	}
	builder := imageBuilder{engine: engine, status: status, urn: urn}
	digest, err := builder.build(ctx, source, inputs)
	if err != nil {
		return nil, err
	}
	if !inputs.SkipPush && !preview {
		digest, err = builder.push(ctx, inputs)
		if err != nil {
			return nil, err
		}
	}
	return resource.PropertyMap{
		inputsKey:        resource.MakeSecret(resource.NewProperty(properties)),
		"imageName":      resource.NewProperty(inputs.ImageName),
		"baseImageName":  resource.NewProperty(inputs.ImageName),
		"context":        resource.NewProperty(inputs.Build.Context),
		"dockerfile":     resource.NewProperty(dockerfile),
		"platform":       resource.NewProperty(inputs.Build.Platform),
		"registryServer": resource.NewProperty(inputs.Registry.Server),
		"repoDigest":     resource.NewProperty(digest),
	}, nil
}

func (images) read(_ context.Context, _ Engine, _ reporter, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{
		Id: request.GetId(), Inputs: request.GetInputs(), Properties: request.GetProperties(),
	}, nil
}

func (images) delete(context.Context, Engine, reporter, *pulumirpc.DeleteRequest) error { return nil }
