package object

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The extension fields of OpenAPI schemas ("x-kubernetes-list-type", ...) are
// no valid identifiers, so Pulumi's SDKs spell them with underscores.
const (
	extensionInSDK        = "x_kubernetes_"
	extensionInKubernetes = "x-kubernetes-"
)

// FromProperties returns the object that the properties describe, without
// their secretness and with resource.Computed where a value is unknown.
func FromProperties(properties resource.PropertyMap) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: properties.MapRepl(kubernetesKey, revealed)}
}

// ToProperties is the inverse of FromProperties, but for secretness.
func ToProperties(object *unstructured.Unstructured) resource.PropertyMap {
	return resource.NewPropertyMapFromMapRepl(object.Object, sdkKey, nil)
}

// HasUnknowns reports whether any value in the object is not known yet.
func HasUnknowns(object *unstructured.Unstructured) bool {
	return hasUnknowns(object.Object)
}

func hasUnknowns(value any) bool {
	switch value := value.(type) {
	case resource.Computed:
		return true
	case map[string]any:
		for _, element := range value {
			if hasUnknowns(element) {
				return true
			}
		}
	case []any:
		for _, element := range value {
			if hasUnknowns(element) {
				return true
			}
		}
	}
	return false
}

func kubernetesKey(key string) (string, bool) {
	if rest, is := strings.CutPrefix(key, extensionInSDK); is {
		return extensionInKubernetes + strings.ReplaceAll(rest, "_", "-"), true
	}
	return key, false
}

func sdkKey(key string) (resource.PropertyKey, bool) {
	if rest, is := strings.CutPrefix(key, extensionInKubernetes); is {
		return resource.PropertyKey(extensionInSDK + strings.ReplaceAll(rest, "-", "_")), true
	}
	return resource.PropertyKey(key), false
}

func revealed(value resource.PropertyValue) (any, bool) {
	if !value.IsSecret() {
		return nil, false
	}
	return value.SecretValue().Element.MapRepl(kubernetesKey, revealed), true
}
