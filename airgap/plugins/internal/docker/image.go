package docker

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/distribution/reference"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/buildcontext"
)

// inputsKey is where the state of an Image keeps the inputs, as a secret: they may hold a password.
const inputsKey = "__inputs"

// imageInputs are the inputs of an Image.
type imageInputs struct {
	ImageName      string        `json:"imageName" tf:"required"`
	SkipPush       bool          `json:"skipPush" tf:"fixed=false"`
	BuildOnPreview bool          `json:"buildOnPreview" tf:"fixed=false"`
	Registry       registryLogin `json:"registry"`
	Build          buildInputs   `json:"build" tf:"required"`
}

// registryLogin overrides what "docker login" has stored.
type registryLogin struct {
	Server   string `json:"server"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// buildInputs say what to build. Paths are relative to the program.
type buildInputs struct {
	Context    string             `json:"context" tf:"required"`
	Dockerfile string             `json:"dockerfile" tf:"required"`
	Platform   string             `json:"platform" tf:"required"`
	Args       map[string]*string `json:"args"`
}

// checkImage finds what the schema of an Image does not, and adds the digest of the build context, by which Diff notices that
// a file has changed.
func checkImage(inputs resource.PropertyMap) (failures []*pulumirpc.CheckFailure) {
	build := inputs["build"].ObjectValue()
	source, err := buildcontext.Read(build["context"].StringValue(), build["dockerfile"].StringValue())
	if err != nil {
		failures = append(failures, &pulumirpc.CheckFailure{Property: "build.context", Reason: "build.context cannot be used: " + err.Error()})
	}
	build["contextDigest"] = resource.NewProperty(source.Digest)
	name := inputs["imageName"].StringValue() // which must say which registry it means
	if _, err := reference.ParseNamed(name); err != nil {
		failures = append(failures, &pulumirpc.CheckFailure{Property: "imageName", Reason: fmt.Sprintf(
			"imageName %q: %s: name the registry too, for instance docker.io/user/image:tag", name, err)})
	}
	return failures
}

// imageDiff compares whole inputs, and never replaces: an image is built again under its name, whatever changed. Of the
// registry only the server counts: short-lived passwords must not build the image again.
func imageDiff(state, news resource.PropertyMap) *pulumirpc.DiffResponse {
	olds := resource.PropertyMap{}
	if stored := state[inputsKey]; stored.IsObject() { // not as a secret: this plugin does not ask for them
		olds = stored.ObjectValue()
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, DetailedDiff: map[string]*pulumirpc.PropertyDiff{}}
	for _, key := range slices.Concat(olds.StableKeys(), news.StableKeys()) {
		was, is, kind := olds[key], news[key], pulumirpc.PropertyDiff_UPDATE
		switch {
		case was.DeepEquals(is), key == "registry" && was.IsObject() && is.IsObject() &&
			was.ObjectValue()["server"].DeepEquals(is.ObjectValue()["server"]):
			continue
		case was.IsNull():
			kind = pulumirpc.PropertyDiff_ADD
		case is.IsNull():
			kind = pulumirpc.PropertyDiff_DELETE
		}
		response.Changes, response.HasDetailedDiff = pulumirpc.DiffResponse_DIFF_SOME, true
		response.DetailedDiff[string(key)] = &pulumirpc.PropertyDiff{Kind: kind}
	}
	return response
}

// images is an image that is built and pushed. Its ID is its name. It stays where it is when its resource is removed.
type images struct {
	session
	imageInputs
	digest string // of the registry, once it is pushed
}

func (i *images) create(ctx context.Context) (string, error) {
	source, err := buildcontext.Read(i.Build.Context, i.Build.Dockerfile)
	if err != nil {
		return "", err
	}
	if err = i.build(ctx, source); err == nil {
		i.digest, err = i.push(ctx)
	}
	if err != nil {
		return "", err
	}
	return i.ImageName, nil
}

func (i *images) change(ctx context.Context, _ string, _ []string) error {
	_, err := i.create(ctx)
	return err
}

func (i *images) inspect(context.Context, string) (map[string]any, error) {
	dockerfile, err := filepath.Rel(i.Build.Context, i.Build.Dockerfile)
	return map[string]any{
		"imageName": i.ImageName, "baseImageName": i.ImageName, "context": i.Build.Context, "dockerfile": filepath.ToSlash(dockerfile),
		"platform": i.Build.Platform, "registryServer": i.Registry.Server, "repoDigest": i.digest,
	}, err
}

func (*images) remove(context.Context, string) error { return nil }
