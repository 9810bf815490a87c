package docker

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// remoteImageSchema refuses build: the type Image builds.
func remoteImageSchema() schema {
	return schema{
		"name":         textOf(required, replaces),
		"keepLocally":  booleanOf(),
		"forceRemove":  booleanOf(),
		"pullTriggers": setOf(textOf(), replaces),
		"triggers":     mappingOf(replaces),
		"platform":     textOf(replaces, refused),
		"build":        objectOf(nil, refused),
		"imageId":      textOf(output),
		"repoDigest":   textOf(output),
	}
}

// imagePuller finds an image or fetches it.
type imagePuller interface {
	ImageInspect(ctx context.Context, reference string, options ...client.ImageInspectOption) (image.InspectResponse, error)
	ImagePull(ctx context.Context, reference string, options image.PullOptions) (io.ReadCloser, error)
}

type remoteImageEngine interface {
	imagePuller
	ImageRemove(ctx context.Context, reference string, options image.RemoveOptions) ([]image.DeleteResponse, error)
}

// remoteImages has the operations of the type RemoteImage. Its ID is the ID of
// the image and the name in one string, as in the official plugin.
type remoteImages struct {
	engine remoteImageEngine
	status reporter
}

type remoteImageInputs struct {
	Name        string `json:"name"`
	KeepLocally bool   `json:"keepLocally"`
	ForceRemove bool   `json:"forceRemove"`
}

func (r remoteImages) validate(resource.PropertyMap) error { return nil }

// create pulls only what is absent, as the official plugin does; a change of
// pullTriggers replaces the resource.
func (r remoteImages) create(ctx context.Context, urn string, properties resource.PropertyMap) (string, error) {
	var inputs remoteImageInputs
	if err := decode(properties, &inputs); err != nil {
		return "", err
	}
	if err := ensureImage(ctx, r.engine, r.status, urn, inputs.Name); err != nil {
		return "", err
	}
	inspected, err := r.engine.ImageInspect(ctx, inputs.Name)
	if err != nil {
		return "", fmt.Errorf("reading image %s: %w", inputs.Name, err)
	}
	return inspected.ID + inputs.Name, nil
}

func (r remoteImages) read(ctx context.Context, _ string, known resource.PropertyMap) (resource.PropertyMap, error) {
	var inputs remoteImageInputs
	if err := decode(known, &inputs); err != nil {
		return nil, err
	}
	inspected, err := r.engine.ImageInspect(ctx, inputs.Name)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading image %s: %w", inputs.Name, err)
	}
	digest := ""
	if len(inspected.RepoDigests) > 0 {
		digest = inspected.RepoDigests[0]
	}
	return resource.PropertyMap{
		"imageId": resource.NewProperty(inspected.ID), "repoDigest": resource.NewProperty(digest),
	}, nil
}

// update changes keepLocally and forceRemove, which only Delete reads.
func (r remoteImages) update(context.Context, string, string, []string, resource.PropertyMap) error {
	return nil
}

// delete removes the image from this machine unless keepLocally is set; one that
// a container still uses stays, with an error, unless forceRemove is set.
func (r remoteImages) delete(ctx context.Context, _ string, state resource.PropertyMap) error {
	var inputs remoteImageInputs
	if err := decode(state, &inputs); err != nil {
		return err
	}
	if inputs.KeepLocally {
		return nil
	}
	_, err := r.engine.ImageRemove(ctx, inputs.Name, image.RemoveOptions{Force: inputs.ForceRemove})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("removing image %s: %w", inputs.Name, err)
	}
	return nil
}

// ensureImage pulls an image that the engine does not have.
func ensureImage(ctx context.Context, engine imagePuller, status reporter, urn, name string) error {
	_, err := engine.ImageInspect(ctx, name)
	if err == nil {
		return nil
	}
	if !errdefs.IsNotFound(err) {
		return fmt.Errorf("looking for image %s: %w", name, err)
	}
	if strings.HasPrefix(name, "sha256:") {
		return fmt.Errorf("image %s is not on this machine, and an image cannot be pulled by its ID", name)
	}
	auth, err := hostCredentials(name)
	if err != nil {
		return err
	}
	status.Info(ctx, urn, "Pulling image "+name)
	stream, err := engine.ImagePull(ctx, name, image.PullOptions{RegistryAuth: auth})
	if err != nil {
		return fmt.Errorf("pulling image %s, which is not on this machine: %w", name, err)
	}
	if err := follow(ctx, stream, status, urn, nil); err != nil {
		return fmt.Errorf("pulling image %s, which is not on this machine: %w", name, err)
	}
	return nil
}
