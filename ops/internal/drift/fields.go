package drift

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// changes lists the fields that applying an object would change, each with what is there and what belongs there. What the
// API server itself writes does not count.
func changes(live, applied map[string]any) (messages []string) {
	compare("", withoutServerFields(live), withoutServerFields(applied), func(path string, is, want any) {
		messages = append(messages, fmt.Sprintf("%s is %s and must be %s", path, text(is), text(want)))
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

// compare calls report for every leaf that differs.
func compare(path string, is, want any, report func(path string, is, want any)) {
	if reflect.DeepEqual(is, want) {
		return
	}
	if left, right, both := as[map[string]any](is, want); both {
		keys := map[string]bool{}
		for key := range left {
			keys[key] = true
		}
		for key := range right {
			keys[key] = true
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			compare(path+"."+key, left[key], right[key], report)
		}
		return
	}
	if left, right, both := as[[]any](is, want); both && len(left) == len(right) {
		for i := range left {
			compare(fmt.Sprintf("%s[%d]", path, i), left[i], right[i], report)
		}
		return
	}
	report(path, is, want)
}

func as[T any](a, b any) (left, right T, both bool) {
	left, isLeft := a.(T)
	right, isRight := b.(T)
	return left, right, isLeft && isRight
}

func text(value any) string {
	if value == nil {
		return "absent"
	}
	return fmt.Sprintf("%v", value)
}

// foreign lists the fields that somebody else has set by writing the object itself. Those who write its status or scale it
// are Kubernetes' controllers, and so is the one that counts revisions.
func foreign(live *unstructured.Unstructured, manager string) (messages []string) {
	for _, entry := range live.GetManagedFields() {
		if entry.Manager == manager || entry.Subresource != "" || entry.FieldsV1 == nil {
			continue
		}
		fields, err := set(entry)
		if err != nil {
			messages = append(messages, fmt.Sprintf("what %s has set cannot be read: %v", entry.Manager, err))
			continue
		}
		fields.Leaves().Iterate(func(path fieldpath.Path) {
			if !ofController(path) {
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

// ofController tells whether a field is one that Kubernetes' controllers write into the objects of users.
func ofController(path fieldpath.Path) bool {
	text := path.String()
	return text == ".metadata.annotations" || text == ".metadata.annotations.deployment.kubernetes.io/revision" ||
		path[0].FieldName != nil && *path[0].FieldName == "status"
}
