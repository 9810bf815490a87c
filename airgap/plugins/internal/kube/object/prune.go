package object

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Prune returns the part of the object that the shape has too: the fields that
// the API server defaults or controllers fill in are gone, so that what is
// left can be compared with inputs. Where object and shape disagree in type,
// the object's value is kept.
func Prune(object, shape *unstructured.Unstructured) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: pruneMap(object.Object, shape.Object)}
}

func pruneMap(source, shape map[string]any) map[string]any {
	pruned := map[string]any{}
	for key, value := range source {
		if wanted, exists := shape[key]; exists {
			pruned[key] = pruneValue(value, wanted)
		}
	}
	return pruned
}

func pruneValue(value, shape any) any {
	switch value := value.(type) {
	case map[string]any:
		if shape, same := shape.(map[string]any); same {
			return pruneMap(value, shape)
		}
	case []any:
		if shape, same := shape.([]any); same {
			return pruneSlice(value, shape)
		}
	}
	return deepCopy(value)
}

// pruneSlice keeps the elements beyond the shape out: elements are compared by
// position, since a list in Kubernetes has no identity that holds for all kinds.
func pruneSlice(source, shape []any) []any {
	pruned := make([]any, 0, len(shape))
	for i := 0; i < len(source) && i < len(shape); i++ {
		pruned = append(pruned, pruneValue(source[i], shape[i]))
	}
	return pruned
}
