// Package image turns the backend's source into an image in a registry, named by its digest.
package image

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/compile"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
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

// New builds the backend for the platform in the settings, packages and pushes it, and returns the reference by digest. It is pushed
// under a tag that no other version has, its commit or what it is made of: the tag that people follow, settings.Image.Tag, is for whoever
// has seen it run.
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
	commit, told, err := commits(ctx.Context(), s, source)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	folder, err := target.build(ctx.Context(), source, contextsRoot, told, s.TagCommit)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	tag := commit
	if tag == "" {
		if tag, err = contentTag(folder); err != nil {
			return pulumi.StringOutput{}, err
		}
	}
	return push(ctx, s, registry, buildContext{folder: folder, platform: target, tag: tag})
}

// commits are the commit that the image is tagged with, if it is to be, and what /version tells: that one, or else the last one that
// changed the source, so that commits of other things leave the image as it is.
func commits(ctx context.Context, s settings.Image, source string) (tag, told string, err error) {
	if !s.TagCommit {
		return "", compile.Revision(ctx, source), nil
	}
	tag, err = compile.Commit(ctx, source)
	return tag, tag, err
}

// buildContext is what an image is packaged from.
type buildContext struct {
	folder   string
	platform platform
	tag      string // no other content has it
}

// push declares an image that is packaged and pushed, and returns the reference by digest.
func push(ctx *pulumi.Context, s settings.Image, registry Registry, source buildContext) (pulumi.StringOutput, error) {
	name := s.Repository + ":" + source.tag
	if registry.Host != "" {
		name = registry.Host + "/" + name
	}
	args := &docker.ImageArgs{
		ImageName: pulumi.String(name),
		Build: &docker.DockerBuildArgs{
			Context:    pulumi.String(source.folder),
			Dockerfile: pulumi.String(source.folder + "/" + dockerfile),
			Platform:   pulumi.String(source.platform.String()),
			// The time that BuildKit (from 0.11, Docker 23) writes into the image instead of that of the build, so that the
			// same binary gives the same digest.
			Args: pulumi.StringMap{"SOURCE_DATE_EPOCH": pulumi.String("0")},
		},
		BuildOnPreview: pulumi.Bool(false),
		SkipPush:       pulumi.Bool(false),
	}
	if s.RegistryUsername != "" {
		args.Registry = &docker.RegistryArgs{
			Username: pulumi.String(s.RegistryUsername),
			Password: pulumi.ToSecret(pulumi.String(s.RegistryPassword)).(pulumi.StringOutput),
		}
	}
	image, err := docker.NewImage(ctx, "image", args, pulumi.DependsOn(registry.Ready))
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("declaring the image %s: %w", name, err)
	}
	return image.RepoDigest, nil
}
