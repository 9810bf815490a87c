package docker

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// randomNameDigits is the length of the suffix in a generated name, as in the
// official plugin: "web-1a2b3c4".
const randomNameDigits = 7

// autoname gives the inputs a name when the user has given none: the one that
// the resource already has, or a new one as the request proposes.
func autoname(request *pulumirpc.CheckRequest, olds, news resource.PropertyMap) error {
	if news.HasValue("name") {
		return nil
	}
	name, err := olds["name"], error(nil)
	if !generated(olds) {
		name, err = newName(request)
	}
	if err != nil {
		return err
	}
	news["name"] = name
	news[defaultsKey] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty("name")})
	return nil
}

// newName makes the same name from the same seed, so that a preview shows the
// name that the update will use.
func newName(request *pulumirpc.CheckRequest) (resource.PropertyValue, error) {
	switch naming := request.GetAutonaming(); naming.GetMode() {
	case pulumirpc.CheckRequest_AutonamingOptions_DISABLE:
		return resource.PropertyValue{}, errors.New("name is required: automatic naming is disabled for this project")
	case pulumirpc.CheckRequest_AutonamingOptions_ENFORCE, pulumirpc.CheckRequest_AutonamingOptions_PROPOSE:
		if proposed := naming.GetProposedName(); proposed != "" {
			return resource.NewProperty(proposed), nil
		}
	}
	prefix := resource.URN(request.GetUrn()).Name() + "-"
	name, err := resource.NewUniqueName(request.GetRandomSeed(), prefix, randomNameDigits, 0, nil)
	if err != nil {
		return resource.PropertyValue{}, fmt.Errorf("making a name from %q: %w", prefix, err)
	}
	return resource.NewProperty(name), nil
}

// generated says that the plugin has chosen the name.
func generated(inputs resource.PropertyMap) bool {
	defaults := inputs[defaultsKey]
	return defaults.IsArray() && slices.ContainsFunc(defaults.ArrayValue(), func(v resource.PropertyValue) bool {
		return v.IsString() && v.StringValue() == "name"
	})
}
