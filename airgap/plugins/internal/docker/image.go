package docker

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// inputsKey is where the state of an Image keeps the inputs, as a secret: they may hold a password.
const inputsKey = "__inputs"

// images is the resource type Image: an image that is built and pushed. Its ID is its name. Docker
// is not asked about it again: Read returns the state, and Delete leaves the image where it is.
type images struct{}

func (images) check(request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, err
	}
	inputs, failures := checkImage(news)
	encoded, err := plugin.Encode(inputs)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: failures}, err
}

// diff never replaces: an image is built again under its name, whatever changed.
func (images) diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	decoded, err := decodeAll(request.GetOlds(), request.GetNews())
	if err != nil {
		return nil, err
	}
	// The inputs that the image was built from come as plain values: this plugin does not ask for secrets.
	stored := decoded[0][inputsKey]
	if stored.IsSecret() {
		stored = stored.SecretValue().Element
	}
	var olds resource.PropertyMap
	if stored.IsObject() {
		olds = stored.ObjectValue()
	}
	changes := imageChanges(olds, decoded[1])
	if len(changes) == 0 {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	return &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_SOME, DetailedDiff: changes, HasDetailedDiff: true,
	}, nil
}

// imageChanges compares whole inputs. Of the registry only the server counts: short-lived passwords must not build the
// image again.
func imageChanges(olds, news resource.PropertyMap) map[string]*pulumirpc.PropertyDiff {
	changes := map[string]*pulumirpc.PropertyDiff{}
	difference := olds.Diff(news)
	if difference == nil {
		return changes
	}
	for key := range difference.Adds {
		changes[string(key)] = &pulumirpc.PropertyDiff{Kind: pulumirpc.PropertyDiff_ADD}
	}
	for key := range difference.Deletes {
		changes[string(key)] = &pulumirpc.PropertyDiff{Kind: pulumirpc.PropertyDiff_DELETE}
	}
	for key, change := range difference.Updates {
		if key != "registry" || change.Object == nil || change.Object.Changed("server") {
			changes[string(key)] = &pulumirpc.PropertyDiff{Kind: pulumirpc.PropertyDiff_UPDATE}
		}
	}
	return changes
}

func (images) create(ctx context.Context, s session, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if request.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: request.GetProperties()}, nil
	}
	name, state, err := publish(ctx, s, request.GetProperties())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: name, Properties: state}, nil
}

func (images) update(ctx context.Context, s session, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if request.GetPreview() {
		return &pulumirpc.UpdateResponse{Properties: request.GetNews()}, nil
	}
	_, state, err := publish(ctx, s, request.GetNews())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.UpdateResponse{Properties: state}, nil
}

// publish builds and pushes the image and returns its name and state.
func publish(ctx context.Context, s session, encoded *structpb.Struct) (string, *structpb.Struct, error) {
	properties, err := plugin.Decode(encoded)
	if err != nil {
		return "", nil, err
	}
	inputs, err := inputsOf[imageInputs](properties)
	if err != nil {
		return "", nil, err
	}
	source, err := readContext(inputs.Build.Context, inputs.Build.Dockerfile)
	if err != nil {
		return "", nil, err
	}
	if err := buildImage(ctx, s, source, inputs); err != nil {
		return "", nil, err
	}
	digest, err := push(ctx, s, inputs)
	if err != nil {
		return "", nil, err
	}
	state, err := plugin.Encode(resource.PropertyMap{
		inputsKey:        resource.MakeSecret(resource.NewProperty(properties)),
		"imageName":      resource.NewProperty(inputs.ImageName),
		"baseImageName":  resource.NewProperty(inputs.ImageName),
		"context":        resource.NewProperty(inputs.Build.Context),
		"dockerfile":     resource.NewProperty(source.dockerfile),
		"platform":       resource.NewProperty(inputs.Build.Platform),
		"registryServer": resource.NewProperty(inputs.Registry.Server),
		"repoDigest":     resource.NewProperty(digest),
	})
	return inputs.ImageName, state, err
}

func (images) read(_ context.Context, _ session, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{
		Id: request.GetId(), Inputs: request.GetInputs(), Properties: request.GetProperties(),
	}, nil
}

func (images) delete(context.Context, session, *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
