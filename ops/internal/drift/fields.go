package drift

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// changes lists the fields that applying an object would change, each with what is there and what belongs there. What the
// API server itself writes does not count.
func changes(live, applied map[string]any, ignored Ignored) (messages []string) {
	compare(nil, withoutServerFields(live), withoutServerFields(applied), func(elements []string, is, want any) {
		if !ignored.field(elements) {
			messages = append(messages, fmt.Sprintf("%s is %s and must be %s", render(elements), text(is), text(want)))
		}
	})
	return messages
}

// withoutServerFields leaves out status and the metadata that changes with every write.
func withoutServerFields(object map[string]any) map[string]any {
	kept := maps.Clone(object)
	delete(kept, "status")
	if metadata, ok := object["metadata"].(map[string]any); ok {
		metadata = maps.Clone(metadata)
		for _, field := range []string{"managedFields", "resourceVersion", "generation"} {
			delete(metadata, field)
		}
		kept["metadata"] = metadata
	}
	return kept
}

// compare calls report for every leaf that differs, with the names and indices that lead to it.
func compare(elements []string, is, want any, report func(elements []string, is, want any)) {
	if reflect.DeepEqual(is, want) {
		return
	}
	if left, right, both := objects(is, want); both {
		either := map[string]any{}
		maps.Copy(either, left)
		maps.Copy(either, right)
		for _, key := range slices.Sorted(maps.Keys(either)) {
			compare(append(slices.Clone(elements), key), left[key], right[key], report)
		}
		return
	}
	left, isLeft := is.([]any)
	right, isRight := want.([]any)
	if isLeft && isRight && len(left) == len(right) {
		for i := range left {
			compare(append(slices.Clone(elements), strconv.Itoa(i)), left[i], right[i], report)
		}
		return
	}
	report(elements, is, want)
}

// objects are both values where they are objects. One that is absent is an empty object beside one that is there.
func objects(is, want any) (left, right map[string]any, both bool) {
	left, isLeft := is.(map[string]any)
	right, isRight := want.(map[string]any)
	return left, right, (isLeft || is == nil) && (isRight || want == nil) && (isLeft || isRight)
}

// render writes the path to a field as Kubernetes does: .spec.ports[0].port
func render(elements []string) string {
	var path strings.Builder
	for _, element := range elements {
		if _, err := strconv.Atoi(element); err == nil {
			fmt.Fprintf(&path, "[%s]", element)
			continue
		}
		path.WriteString("." + element)
	}
	return path.String()
}

func text(value any) string {
	if value == nil {
		return "absent"
	}
	return fmt.Sprintf("%v", value)
}

// foreign lists the fields that somebody else has set by writing the object itself. Those who write its status or scale it are
// Kubernetes' controllers.
func foreign(live *unstructured.Unstructured, manager string, ignored Ignored) (messages []string) {
	for _, entry := range live.GetManagedFields() {
		if entry.Manager == manager || entry.Subresource != "" || entry.FieldsV1 == nil || ignored.manager(entry.Manager) {
			continue
		}
		fields, err := set(entry)
		if err != nil {
			messages = append(messages, fmt.Sprintf("what %s has set cannot be read: %v", entry.Manager, err))
			continue
		}
		fields.Leaves().Iterate(func(path fieldpath.Path) {
			if elements := names(path); !ignored.field(elements) && !bookkeeping(elements) {
				messages = append(messages, fmt.Sprintf("%s was set by %s", path, entry.Manager))
			}
		})
	}
	return messages
}

func set(entry metav1.ManagedFieldsEntry) (*fieldpath.Set, error) {
	fields := fieldpath.NewSet()
	return fields, fields.FromJSON(bytes.NewReader(entry.FieldsV1.Raw))
}

// names are the elements of a path as far as they are names of fields, or texts in a list, such as finalizers.
func names(path fieldpath.Path) (elements []string) {
	for _, element := range path {
		switch {
		case element.FieldName != nil:
			elements = append(elements, *element.FieldName)
		case element.Value != nil && (*element.Value).IsString():
			elements = append(elements, (*element.Value).AsString())
		default:
			elements = append(elements, element.String())
		}
	}
	return elements
}

// bookkeeping tells whether a field is the status, which controllers without a subresource of their own write, or the mere being
// there of labels and annotations.
func bookkeeping(elements []string) bool {
	last := elements[len(elements)-1]
	return elements[0] == "status" || (last == "annotations" || last == "labels") && len(elements) >= 2 && elements[len(elements)-2] == "metadata"
}
