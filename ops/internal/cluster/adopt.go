package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// DryRun is what an object would be if it were applied once more, as Pulumi applies it.
func (c *Cluster) DryRun(ctx context.Context, object Object) (*unstructured.Unstructured, error) {
	resource, err := c.Resource(object.Manifest)
	if err != nil {
		return nil, err
	}
	return dryRun(ctx, resource, object)
}

func dryRun(ctx context.Context, resource dynamic.ResourceInterface, object Object) (*unstructured.Unstructured, error) {
	if sealed(object.Manifest.Object) {
		return resource.Get(ctx, object.Manifest.GetName(), metav1.GetOptions{}) // it cannot be anything else
	}
	body, err := json.Marshal(object.Manifest)
	if err != nil {
		return nil, err
	}
	force := true
	return resource.Patch(ctx, object.Manifest.GetName(), types.ApplyPatchType, body, metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, Force: &force, FieldManager: object.Manager,
	})
}

// Blocked tells of the error of a dry run whether the object cannot be applied as it is. A list whose elements have keys is one such
// case: who changes the port of a Service has taken one element away and added another, and applying adds the first one again beside
// it, under the same node port.
func Blocked(err error) bool {
	status := apierrors.APIStatus(nil)
	return errors.As(err, &status) && slices.Contains([]int32{http.StatusUnprocessableEntity, http.StatusInternalServerError}, status.Status().Code)
}

// Adopt makes the stack's manager the owner of every field of the specification, of those among some objects that are blocked, so that the
// next update removes what the stack does not state. What others have set in metadata stays theirs.
func (c *Cluster) Adopt(ctx context.Context, objects []Object) error {
	for _, object := range objects {
		resource, err := c.Resource(object.Manifest)
		if err == nil {
			_, err = dryRun(ctx, resource, object)
		}
		if !Blocked(err) {
			continue // if it is broken otherwise, the update says so
		}
		if err := adopt(ctx, resource, object); err != nil {
			return fmt.Errorf("taking over what others have set in %s: %w", NameOf(object.Manifest), err)
		}
	}
	return nil
}

func adopt(ctx context.Context, resource dynamic.ResourceInterface, object Object) error {
	live, err := resource.Get(ctx, object.Manifest.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	entries, err := adopted(live.GetManagedFields(), object.Manager)
	if err != nil || entries == nil {
		return err
	}
	patch, err := json.Marshal([]map[string]any{ // as kubectl moves what older versions of it have managed
		{"op": "replace", "path": "/metadata/managedFields", "value": entries},
		{"op": "replace", "path": "/metadata/resourceVersion", "value": live.GetResourceVersion()}, // refused where it has changed since
	})
	if err != nil {
		return err
	}
	_, err = resource.Patch(ctx, object.Manifest.GetName(), types.JSONPatchType, patch, metav1.PatchOptions{FieldManager: object.Manager})
	return err
}

// adopted are the entries of managed fields in which all of the specification belongs to a manager; nil where it applies nothing.
func adopted(entries []metav1.ManagedFieldsEntry, manager string) ([]metav1.ManagedFieldsEntry, error) {
	own, taken := -1, fieldpath.NewSet()
	result := slices.Clone(entries)
	for i, entry := range entries {
		if entry.Subresource != "" || entry.FieldsV1 == nil {
			continue
		}
		fields := fieldpath.NewSet()
		if err := fields.FromJSON(bytes.NewReader(entry.FieldsV1.Raw)); err != nil {
			return nil, fmt.Errorf("reading what %s manages: %w", entry.Manager, err)
		}
		if entry.Manager == manager && entry.Operation == metav1.ManagedFieldsOperationApply {
			own, taken = i, taken.Union(fields)
			continue
		}
		specification := fieldpath.NewSet()
		fields.Iterate(func(path fieldpath.Path) {
			if path[0].FieldName != nil && *path[0].FieldName == "spec" {
				specification.Insert(path.Copy())
			}
		})
		taken = taken.Union(specification)
		if err := write(&result[i], fields.Difference(specification)); err != nil {
			return nil, err
		}
	}
	if own < 0 {
		return nil, nil
	}
	return result, write(&result[own], taken)
}

func write(entry *metav1.ManagedFieldsEntry, fields *fieldpath.Set) error {
	raw, err := fields.ToJSON()
	entry.FieldsV1 = &metav1.FieldsV1{Raw: raw}
	return err
}
