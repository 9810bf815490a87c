package cluster

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// ApplyOptions say how to apply an object.
type ApplyOptions struct {
	FieldManager string // owns the fields of the object from now on
	Force        bool   // takes fields that another manager owns
	DryRun       bool   // computes the result and stores nothing
}

// Apply creates or changes an object by server-side apply and returns what the
// server made of it. Fields that the kind does not have are refused. Errors of
// the server are returned as they are, for callers to tell them apart.
func (c *Cluster) Apply(
	ctx context.Context, object *unstructured.Unstructured, options ApplyOptions,
) (*unstructured.Unstructured, error) {
	resources, err := c.resources(object)
	if err != nil {
		return nil, err
	}
	content, err := json.Marshal(object.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	patch := metav1.PatchOptions{
		FieldManager:    options.FieldManager,
		Force:           &options.Force,
		FieldValidation: metav1.FieldValidationStrict,
	}
	if options.DryRun {
		patch.DryRun = []string{metav1.DryRunAll}
	}
	return resources.Patch(ctx, object.GetName(), types.ApplyPatchType, content, patch)
}

// Get returns the live object with the kind, namespace and name of the given one.
func (c *Cluster) Get(ctx context.Context, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	resources, err := c.resources(object)
	if err != nil {
		return nil, err
	}
	return resources.Get(ctx, object.GetName(), metav1.GetOptions{})
}

// Delete asks for the deletion of an object. It returns before the object is gone.
func (c *Cluster) Delete(
	ctx context.Context, object *unstructured.Unstructured, propagation metav1.DeletionPropagation,
) error {
	resources, err := c.resources(object)
	if err != nil {
		return err
	}
	return resources.Delete(ctx, object.GetName(), metav1.DeleteOptions{PropagationPolicy: &propagation})
}
