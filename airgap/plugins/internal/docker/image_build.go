package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/opencontainers/go-digest"
)

// imageEngine is what the type Image calls of the engine.
type imageEngine interface {
	remoteImageEngine
	ImageBuild(ctx context.Context, source io.Reader, options build.ImageBuildOptions) (build.ImageBuildResponse, error)
	ImagePush(ctx context.Context, reference string, options image.PushOptions) (io.ReadCloser, error)
}

// imageBuilder makes one image and shows its progress.
type imageBuilder struct {
	engine imageEngine
	status reporter
	urn    string
}

// build builds and tags the image and returns its ID.
func (b imageBuilder) build(ctx context.Context, source buildContext, inputs imageInputs) (string, error) {
	archive, dockerfile, err := source.archive()
	if err != nil {
		return "", err
	}
	b.status.Info(ctx, b.urn, "Starting Docker build")
	response, err := b.engine.ImageBuild(ctx, archive, build.ImageBuildOptions{
		Dockerfile: dockerfile, Tags: []string{inputs.ImageName}, Version: builders[inputs.Build.BuilderVersion],
		BuildArgs: inputs.Build.Args, Platform: inputs.Build.Platform, Target: inputs.Build.Target,
		ExtraHosts: inputs.Build.AddHosts, NetworkMode: inputs.Build.Network, Remove: true,
	})
	if err != nil {
		return "", errors.Join(fmt.Errorf("building image %s: %w", inputs.ImageName, err), archive.Close())
	}
	id := ""
	shown := &tail{reporter: b.status}
	err = follow(ctx, response.Body, shown, b.urn, func(result json.RawMessage) {
		var built build.Result
		if json.Unmarshal(result, &built) == nil && built.ID != "" {
			id = built.ID
		}
	})
	if err := errors.Join(err, archive.Close()); err != nil {
		return "", buildFailure(inputs.ImageName, err, shown)
	}
	if id == "" {
		return "", fmt.Errorf("building image %s: the engine reports no image", inputs.ImageName)
	}
	b.status.Info(ctx, b.urn, "Built image with ID "+id)
	return id, nil
}

// buildFailure says how the build ended. No session is opened for BuildKit (that
// needs most of its code), so that it cannot ask here for a registry's login.
func buildFailure(name string, err error, shown *tail) error {
	if strings.Contains(err.Error(), "no active session") {
		return fmt.Errorf("building image %s: %w: BuildKit has no session here to pull the base image with; "+
			"pull it first, or set builderVersion to BuilderV1", name, err)
	}
	if lines := shown.String(); lines != "" {
		return fmt.Errorf("building image %s: %w; the end of the build:\n  %s", name, err, lines)
	}
	return fmt.Errorf("building image %s: %w", name, err)
}

// push pushes the image and returns its name with the digest that the registry
// gave it, which pins it.
func (b imageBuilder) push(ctx context.Context, inputs imageInputs) (string, error) {
	auth, err := inputs.credentials()
	if err != nil {
		return "", err
	}
	named, err := reference.ParseNormalizedNamed(inputs.ImageName)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", inputs.ImageName, err)
	}
	b.status.Info(ctx, b.urn, "Pushing Image to the registry")
	stream, err := b.engine.ImagePush(ctx, inputs.ImageName, image.PushOptions{RegistryAuth: auth})
	if err != nil {
		return "", fmt.Errorf("pushing image %s: %w", inputs.ImageName, err)
	}
	var pushed digest.Digest
	err = follow(ctx, stream, b.status, b.urn, func(result json.RawMessage) {
		var report struct{ Digest digest.Digest }
		if json.Unmarshal(result, &report) == nil && report.Digest.Validate() == nil {
			pushed = report.Digest
		}
	})
	if err != nil {
		return "", fmt.Errorf("pushing image %s: %w", inputs.ImageName, err)
	}
	if pushed == "" {
		return "", fmt.Errorf("pushing image %s: the registry reports no digest", inputs.ImageName)
	}
	pinned, err := reference.WithDigest(reference.TrimNamed(named), pushed)
	if err != nil {
		return "", fmt.Errorf("pinning image %s: %w", inputs.ImageName, err)
	}
	b.status.Info(ctx, b.urn, "Pushed image with digest "+pushed.String())
	return pinned.String(), nil
}

// credentials are those of the program if it gives both parts, else those of
// the host.
func (i imageInputs) credentials() (string, error) {
	if i.Registry.Username == "" || i.Registry.Password == "" {
		return hostCredentials(i.ImageName)
	}
	server := i.Registry.Server
	if server == "" {
		found, err := registryOf(i.ImageName)
		if err != nil {
			return "", err
		}
		server = found
	}
	return encodeCredentials(registry.AuthConfig{
		Username: i.Registry.Username, Password: i.Registry.Password, ServerAddress: server,
	})
}
