// Package image turns the backend's source into an image in a registry, named by its digest.
package image

import (
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

// Paths, relative to the folder of the infrastructure program, which Pulumi runs it in. They are part of the state, so
// they must be the same in every checkout.
const (
	source       = "../app"
	contextsRoot = ".bin/image"
)

// Registry is the registry of the cluster that the image is for, if it has one.
type Registry struct {
	// Host is its name for the engine and for the node, such as localhost:5001. Empty: the repository names its own.
	Host string
	// Ready are the resources to wait for before pushing.
	Ready []pulumi.Resource
}

// New builds the backend for the platform in the settings, packages and pushes it, and returns the reference by digest.
// When the settings name a reference, that one is returned and nothing is built. The binary is built here and now, also
// in a preview, since only its content tells whether the image changes.
func New(ctx *pulumi.Context, s settings.Image, registry Registry) (pulumi.StringOutput, error) {
	if s.Ref != "" {
		return pulumi.String(s.Ref).ToStringOutput(), nil
	}
	target, err := parsePlatform(s.Platform)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	folder, err := target.build(ctx.Context(), source, contextsRoot)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	name := s.Repository + ":" + s.Tag
	if registry.Host != "" {
		name = registry.Host + "/" + name
	}
	image, err := docker.NewImage(ctx, "image", &docker.ImageArgs{
		ImageName: pulumi.String(name),
		Build: &docker.DockerBuildArgs{
			Context:    pulumi.String(folder),
			Dockerfile: pulumi.String(folder + "/" + dockerfile),
			Platform:   pulumi.String(target.String()),
		},
		BuildOnPreview: pulumi.Bool(false),
		SkipPush:       pulumi.Bool(false),
	}, pulumi.DependsOn(registry.Ready))
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("declaring the image: %w", err)
	}
	return image.RepoDigest, nil
}
