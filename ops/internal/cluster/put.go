package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// Apply makes an object what its manifest says, as Pulumi would: by a server-side apply under its name, whoever has changed it.
func (c *Cluster) Apply(ctx context.Context, manifest json.RawMessage, manager string) error {
	object, objects, err := c.find(manifest)
	if err != nil {
		return err
	}
	if sealed(object.Object) {
		return stays(ctx, object, objects)
	}
	force := true
	_, err = objects.Patch(ctx, object.GetName(), types.ApplyPatchType, manifest, metav1.PatchOptions{Force: &force, FieldManager: manager})
	if err != nil {
		return fmt.Errorf("applying %s: %w", NameOf(object), err)
	}
	return nil
}

// sealed tells whether a manifest in the state of a stack holds what only Pulumi can read. That is a Secret, which never changes: its name
// follows from its content.
func sealed(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		if _, secret := value[pulumi.SecretMark]; secret {
			return true
		}
		for _, element := range value {
			if sealed(element) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, sealed)
	}
	return false
}

// stays wants an object that is sealed to be on the cluster, where the program leaves it for the releases that need it.
func stays(ctx context.Context, object *unstructured.Unstructured, objects dynamic.ResourceInterface) error {
	_, err := objects.Get(ctx, object.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("%s is not on the cluster any more, and its content is encrypted: set the secrets that it held "+
			"(pulumi config set --secret --path secrets.NAME) and deploy with them", NameOf(object))
	}
	if err != nil {
		return fmt.Errorf("looking for %s: %w", NameOf(object), err)
	}
	return nil
}

// Remove removes the object of a manifest; that it is gone already is no error.
func (c *Cluster) Remove(ctx context.Context, manifest json.RawMessage) error {
	object, objects, err := c.find(manifest)
	if err != nil {
		return err
	}
	if err := objects.Delete(ctx, object.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("removing %s: %w", NameOf(object), err)
	}
	return nil
}

// find leads to the object of a manifest.
func (c *Cluster) find(manifest json.RawMessage) (*unstructured.Unstructured, dynamic.ResourceInterface, error) {
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal(manifest, &object.Object); err != nil {
		return nil, nil, fmt.Errorf("reading a manifest: %w", err)
	}
	resource, err := c.Resource(object)
	return object, resource, err
}
