package docker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/build"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// imageInputs are the inputs of an Image after Check.
type imageInputs struct {
	ImageName string        `json:"imageName"`
	SkipPush  bool          `json:"skipPush"`
	Registry  registryLogin `json:"registry"`
	Build     buildInputs   `json:"build"`
}

// registryLogin overrides what "docker login" has stored.
type registryLogin struct {
	Server   string `json:"server"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// buildInputs say what to build. Paths are relative to the program.
type buildInputs struct {
	Context        string             `json:"context"`
	Dockerfile     string             `json:"dockerfile"`
	Platform       string             `json:"platform"`
	Target         string             `json:"target"`
	Args           map[string]*string `json:"args"`
	AddHosts       []string           `json:"addHosts"`
	Network        string             `json:"network"`
	BuilderVersion string             `json:"builderVersion"`
}

// imageSchema serves the check of types only: an Image has no defaults or
// replacements of Terraform's kind.
func imageSchema() schema {
	return schema{
		"imageName":      textOf(required),
		"skipPush":       booleanOf(),
		"buildOnPreview": booleanOf(standard(false)),
		"registry":       objectOf(schema{"server": textOf(), "username": textOf(), "password": textOf()}),
		"build": objectOf(schema{
			"context": textOf(), "dockerfile": textOf(), "platform": textOf(), "target": textOf(),
			"args": mappingOf(), "addHosts": listOf(textOf()), "network": textOf(), "builderVersion": textOf(),
			"cacheFrom": objectOf(nil, refused),
		}),
	}
}

// builders are the values of builderVersion.
var builders = map[string]build.BuilderVersion{
	"":                build.BuilderBuildKit,
	"BuilderBuildKit": build.BuilderBuildKit,
	"BuilderV1":       build.BuilderV1,
}

// checkImage returns the inputs with the defaults and the digest of the build
// context, by which Diff notices that a file has changed.
func checkImage(news resource.PropertyMap) (resource.PropertyMap, *checker) {
	check := &checker{}
	inputs := withoutDefaults(resource.NewProperty(check.inputs("", imageSchema(), news))).ObjectValue()
	if given := inputs["build"]; given.IsComputed() || given.IsOutput() || len(check.failures) > 0 {
		return inputs, check
	}
	build := resource.PropertyMap{}
	if inputs.HasValue("build") {
		build = inputs["build"].ObjectValue()
	}
	inputs["build"] = resource.NewProperty(build)
	setDefault(build, "context", ".")
	if context := build["context"]; context.IsString() {
		setDefault(build, "dockerfile", filepath.ToSlash(filepath.Join(context.StringValue(), "Dockerfile")))
	}
	setDefault(build, "platform", "linux/"+runtime.GOARCH)
	if builder := build["builderVersion"]; builder.IsString() {
		if _, known := builders[builder.StringValue()]; !known {
			check.fail("build.builderVersion", "must be BuilderBuildKit or BuilderV1")
		}
	}
	check.digest(build)
	check.imageName(inputs)
	return inputs, check
}

func setDefault(inputs resource.PropertyMap, key resource.PropertyKey, value string) {
	if !inputs.HasValue(key) {
		inputs[key] = resource.NewProperty(value)
	}
}

// digest adds the digest of the build context to its inputs.
func (c *checker) digest(build resource.PropertyMap) {
	folder, dockerfile := build["context"], build["dockerfile"]
	if !folder.IsString() || !dockerfile.IsString() {
		return // unknown in a preview
	}
	source := buildContext{folder: folder.StringValue(), dockerfile: dockerfile.StringValue()}
	if _, err := os.Stat(source.dockerfile); err != nil {
		c.fail("build.dockerfile", "%s", missingDockerfile(source, err))
		return
	}
	digest, err := source.digest()
	if err != nil {
		c.fail("build.context", "%s", err)
		return
	}
	build["contextDigest"] = resource.NewProperty(digest)
}

// missingDockerfile explains the usual mistake: paths are relative to the
// program, not to the context.
func missingDockerfile(source buildContext, err error) error {
	inside := filepath.Join(source.folder, source.dockerfile)
	if _, statErr := os.Stat(inside); statErr == nil && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot be opened: %w: paths are relative to the program, try %q", err, inside)
	}
	return fmt.Errorf("cannot be opened: %w", err)
}

// imageName must say which registry it means when the image is pushed.
func (c *checker) imageName(inputs resource.PropertyMap) {
	name, skipPush := inputs["imageName"], inputs["skipPush"]
	if !name.IsString() || skipPush.IsBool() && skipPush.BoolValue() {
		return
	}
	if _, err := reference.ParseNamed(name.StringValue()); err != nil {
		c.fail("imageName", "%q: %s: name the registry too, for instance docker.io/user/image:tag", name.StringValue(), err)
	}
}
