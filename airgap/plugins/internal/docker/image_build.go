package docker

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/distribution/reference"
	cliconfig "github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/buildcontext"
)

// dockerHub is the key under which Docker keeps the credentials of Docker Hub.
const dockerHub = "https://index.docker.io/v1/"

// build builds and tags the image.
func (i *images) build(ctx context.Context, source buildcontext.Context) error {
	i.info(ctx, "Starting Docker build")
	response, err := i.engine.ImageBuild(ctx, source.Archive, build.ImageBuildOptions{
		Dockerfile: source.Dockerfile, Tags: []string{i.ImageName}, Version: build.BuilderBuildKit,
		BuildArgs: i.Build.Args, Platform: i.Build.Platform, Remove: true,
	})
	var built build.Result
	if err == nil {
		err = i.follow(ctx, response.Body, &built)
	}
	if err != nil {
		return fmt.Errorf("building image %s: %w", i.ImageName, err)
	}
	i.info(ctx, "Built image with ID "+built.ID)
	return nil
}

// push pushes the image and returns its name with the digest that the registry gave it, which pins it.
func (i *images) push(ctx context.Context) (string, error) {
	auth, err := i.Registry.encode(i.ImageName)
	if err != nil {
		return "", err
	}
	i.info(ctx, "Pushing Image to the registry")
	stream, err := i.engine.ImagePush(ctx, i.ImageName, image.PushOptions{RegistryAuth: auth})
	var pushed struct{ Digest string }
	if err == nil {
		err = i.follow(ctx, stream, &pushed)
	}
	if err != nil {
		return "", fmt.Errorf("pushing image %s: %w", i.ImageName, err)
	}
	named, err := reference.ParseNormalizedNamed(i.ImageName)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", i.ImageName, err)
	}
	pinned := named.Name() + "@" + pushed.Digest
	if _, err := reference.Parse(pinned); err != nil {
		return "", fmt.Errorf("pushing image %s: the registry reports no digest", i.ImageName)
	}
	i.info(ctx, "Pushed image with digest "+pushed.Digest)
	return pinned, nil
}

// ensureImage pulls an image that the engine does not have.
func (s session) ensureImage(ctx context.Context, name string) error {
	_, err := s.engine.ImageInspect(ctx, name)
	if err == nil {
		return nil
	}
	if !errdefs.IsNotFound(err) {
		return fmt.Errorf("looking for image %s: %w", name, err)
	}
	if strings.HasPrefix(name, "sha256:") {
		return fmt.Errorf("image %s is not on this machine, and an image cannot be pulled by its ID", name)
	}
	auth, err := registryLogin{}.encode(name)
	if err != nil {
		return err
	}
	s.info(ctx, "Pulling image "+name)
	stream, err := s.engine.ImagePull(ctx, name, image.PullOptions{RegistryAuth: auth})
	if err == nil {
		err = s.follow(ctx, stream, &json.RawMessage{})
	}
	if err != nil {
		return fmt.Errorf("pulling image %s, which is not on this machine: %w", name, err)
	}
	return nil
}

// encode returns the credentials for the registry of an image in the form that the engine wants: those of the program if it
// gives both parts, else what "docker login" has stored. Nothing stored is fine: the registry may not ask.
func (r registryLogin) encode(imageName string) (string, error) {
	server, err := registryOf(imageName)
	if err != nil {
		return "", err
	}
	auth := registry.AuthConfig{Username: r.Username, Password: r.Password, ServerAddress: cmp.Or(r.Server, server)}
	if r.Username == "" || r.Password == "" {
		config, err := cliconfig.Load(cliconfig.Dir())
		if err != nil {
			return "", fmt.Errorf("reading Docker's configuration: %w", err)
		}
		config.CredentialsStore = credentials.DetectDefaultStore(config.CredentialsStore)
		stored, err := config.GetAuthConfig(server)
		if err != nil {
			return "", fmt.Errorf("reading the credentials for %s from Docker's configuration: %w", server, err)
		}
		auth = registry.AuthConfig(stored)
	}
	return registry.EncodeAuthConfig(auth)
}

// registryOf returns the registry that an image name means, in the form that credentials are stored under.
func registryOf(imageName string) (string, error) {
	named, err := reference.ParseNormalizedNamed(imageName)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", imageName, err)
	}
	if domain := reference.Domain(named); domain != "docker.io" {
		return domain, nil
	}
	return dockerHub, nil
}
