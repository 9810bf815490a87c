package docker

import (
	"reflect"

	"github.com/distribution/reference"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

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

// checkImage returns the inputs with the defaults and the digest of the build context, by which Diff notices that a file
// has changed.
func checkImage(news resource.PropertyMap) (resource.PropertyMap, []*pulumirpc.CheckFailure) {
	check := &checker{}
	checked := check.inputs("", schemaOf(reflect.TypeFor[imageInputs]()), news)
	inputs := withoutDefaults(resource.NewProperty(checked)).ObjectValue()
	if len(check.failures) > 0 || inputs.ContainsUnknowns() {
		return inputs, check.failures
	}
	build := inputs["build"].ObjectValue()
	source, err := readContext(build["context"].StringValue(), build["dockerfile"].StringValue())
	if err != nil {
		check.fail("build.context", "cannot be used: %s", err)
	} else {
		build["contextDigest"] = resource.NewProperty(source.digest())
	}
	name := inputs["imageName"].StringValue() // which must say which registry it means
	if _, err := reference.ParseNamed(name); err != nil {
		check.fail("imageName", "%q: %s: name the registry too, for instance docker.io/user/image:tag", name, err)
	}
	return inputs, check.failures
}

// withoutDefaults drops the notes about defaults at every level: an Image has none.
func withoutDefaults(v resource.PropertyValue) resource.PropertyValue {
	if !v.IsObject() {
		return v
	}
	plain := resource.PropertyMap{}
	for key, value := range v.ObjectValue() {
		if key != defaultsKey {
			plain[key] = withoutDefaults(value)
		}
	}
	return resource.NewProperty(plain)
}
