package object

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// ErrNoName is returned for a resource that needs a name of its own because
// autonaming is switched off.
var ErrNoName = errors.New("autonaming is disabled, resource requires the .metadata.name field to be set")

// Autoname gives the inputs a name when they have none: the resource's Pulumi
// name and a suffix that follows from the engine's seed, or what the engine
// proposes. An annotation marks the name as ours to change.
func Autoname(inputs *unstructured.Unstructured, resourceName string, request *pulumirpc.CheckRequest) error {
	if IsNamed(inputs) {
		return nil
	}
	name, err := resource.NewUniqueName(request.GetRandomSeed(), resourceName+"-", 0, 0, nil)
	if err != nil {
		return fmt.Errorf("naming %s: %w", resourceName, err)
	}
	if options := request.GetAutonaming(); options != nil {
		if options.GetMode() == pulumirpc.CheckRequest_AutonamingOptions_DISABLE {
			return ErrNoName
		}
		name = options.GetProposedName()
	}
	setAutoname(inputs, name)
	return nil
}

// AdoptName gives inputs without a name the one that was chosen for the old ones.
func AdoptName(inputs, old *unstructured.Unstructured) {
	if !IsNamed(inputs) && IsAutonamed(old) {
		setAutoname(inputs, old.GetName())
	}
}

// IsNamed reports whether the inputs have a name, known or not.
func IsNamed(inputs *unstructured.Unstructured) bool {
	switch metadata := inputs.Object["metadata"].(type) {
	case resource.Computed:
		return true
	case map[string]any:
		_, unknown := metadata["name"].(resource.Computed)
		return unknown || inputs.GetName() != ""
	default:
		return false
	}
}

// IsAutonamed reports whether the name of the object was chosen by Autoname.
func IsAutonamed(object *unstructured.Unstructured) bool {
	return isTrue(object, annotationAutonamed)
}

// HasNamespace reports whether the inputs have a namespace, known or not.
func HasNamespace(inputs *unstructured.Unstructured) bool {
	metadata, _ := inputs.Object["metadata"].(map[string]any)
	_, unknown := metadata["namespace"].(resource.Computed)
	return unknown || inputs.GetNamespace() != ""
}

// ID returns the Pulumi ID of an object: "namespace/name", or its name alone
// when it lives in no namespace.
func ID(object *unstructured.Unstructured) string {
	if namespace := object.GetNamespace(); namespace != "" {
		return namespace + "/" + object.GetName()
	}
	return object.GetName()
}

// ParseID is the inverse of ID.
func ParseID(id string) (namespace, name string) {
	if namespace, name, found := strings.Cut(id, "/"); found {
		return namespace, name
	}
	return "", id
}

// setAutoname writes the annotation by hand: the accessors of Unstructured
// drop annotations of which one is unknown.
func setAutoname(inputs *unstructured.Unstructured, name string) {
	inputs.SetName(name)
	metadata, is := inputs.Object["metadata"].(map[string]any)
	if !is {
		return // the API server explains what is wrong with such metadata
	}
	annotations, exists := metadata["annotations"]
	if !exists || annotations == nil {
		annotations = map[string]any{}
		metadata["annotations"] = annotations
	}
	if known, is := annotations.(map[string]any); is {
		known[annotationAutonamed] = "true"
	}
}
