package kube

import (
	"bytes"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// leaveIgnored makes the inputs agree with the cluster about the fields that
// the program ignores: one that another manager owns is left out, so that it
// stays the other's; one of ours keeps the value it has now, since leaving it
// out would unset it. Paths into lists keep the value of the state.
func leaveIgnored(inputs, live *unstructured.Unstructured, ignored []string, manager string) error {
	if len(ignored) == 0 {
		return nil
	}
	ours, theirs, err := owners(live, manager)
	if err != nil {
		return err
	}
	for _, text := range ignored {
		parsed, err := resource.ParsePropertyPath(text)
		if err != nil {
			return fmt.Errorf("parsing the ignoreChanges path %q: %w", text, err)
		}
		names, plain := plainPath(parsed)
		if !plain {
			continue
		}
		path, err := fieldpath.MakePath([]any(parsed)...)
		if err != nil {
			return fmt.Errorf("parsing the ignoreChanges path %q: %w", text, err)
		}
		if covers(theirs, path) && !covers(ours, path) {
			unstructured.RemoveNestedField(inputs.Object, names...)
			continue
		}
		value, found, err := unstructured.NestedFieldCopy(live.Object, names...)
		if err != nil {
			return fmt.Errorf("finding the ignored field %q: %w", text, err)
		}
		if !found {
			continue
		}
		if err := unstructured.SetNestedField(inputs.Object, value, names...); err != nil {
			return fmt.Errorf("keeping the ignored field %q: %w", text, err)
		}
	}
	return nil
}

// owners returns the fields that the manager owns, and those that others do.
func owners(live *unstructured.Unstructured, manager string) (ours, theirs *fieldpath.Set, err error) {
	ours, theirs = fieldpath.NewSet(), fieldpath.NewSet()
	for _, entry := range live.GetManagedFields() {
		if entry.FieldsV1 == nil {
			continue
		}
		fields := fieldpath.NewSet()
		if err := fields.FromJSON(bytes.NewReader(entry.FieldsV1.Raw)); err != nil {
			return nil, nil, fmt.Errorf("reading which fields %s owns: %w", entry.Manager, err)
		}
		if entry.Manager == manager {
			ours = ours.Union(fields)
		} else {
			theirs = theirs.Union(fields)
		}
	}
	return ours, theirs, nil
}

// covers reports whether the set holds the path or anything below it.
func covers(fields *fieldpath.Set, path fieldpath.Path) bool {
	below := fields
	for i, element := range path {
		if i == len(path)-1 && below.Members.Has(element) {
			return true
		}
		child, exists := below.Children.Get(element)
		if !exists {
			return false
		}
		below = child
	}
	return !below.Empty()
}

// plainPath returns the names of a path without list indices and wildcards.
func plainPath(path resource.PropertyPath) ([]string, bool) {
	names := make([]string, len(path))
	for i, step := range path {
		name, is := step.(string)
		if !is || name == "*" {
			return nil, false
		}
		names[i] = name
	}
	return names, true
}
