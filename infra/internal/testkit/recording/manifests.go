package recording

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Manifests are the Kubernetes objects that a component of a type has declared, as the API server would get them: JSON
// objects in which whole numbers are integers. They are in order of the resources' names. In a preview, what is not
// known yet is the text "unknown".
func (r *Recording) Manifests(t testing.TB, component string) []map[string]any {
	t.Helper()
	types := r.Types()
	var manifests []map[string]any
	for _, name := range slices.Sorted(maps.Keys(types)) {
		registered := r.Resource(t, name)
		parent := urn.URN(registered.Request.GetParent())
		if strings.HasPrefix(registered.Type, "kubernetes:") && parent.IsValid() && string(parent.Type()) == component {
			manifests = append(manifests, whole(plain(resource.NewObjectProperty(registered.Inputs))).(map[string]any))
		}
	}
	if len(manifests) == 0 {
		t.Fatalf("no Kubernetes object was declared by a %s, only %v", component, types)
	}
	return manifests
}

// whole turns whole numbers into integers: properties know floating-point numbers only.
func whole(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		for key, element := range typed {
			typed[key] = whole(element)
		}
	case []any:
		for i, element := range typed {
			typed[i] = whole(element)
		}
	case float64:
		if integer := int64(typed); float64(integer) == typed {
			return integer
		}
	}
	return value
}
