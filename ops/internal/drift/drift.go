// Package drift compares a cluster with the state of a stack, and changes neither.
//
// An object has drifted when applying it once more would change it, or when somebody else than the stack has set a field of
// its specification, its labels or its annotations. Kubernetes itself answers both: by a server-side apply that is a dry run, and
// by the managers of fields that it keeps (https://kubernetes.io/docs/reference/using-api/server-side-apply).
package drift

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// Difference is one way in which an object on the cluster is not what the stack has made it.
type Difference struct {
	// Object is "Kind namespace/name", or "Kind name" for an object in no namespace.
	Object string
	// Message says what is different.
	Message string
	// URN is the object's in the stack's state.
	URN string
	// Foreign is a field that somebody else has added: applying the object once more leaves it.
	Foreign bool
}

// String is the difference as one line.
func (d Difference) String() string { return d.Object + ": " + d.Message }

// Cluster is the cluster that a stack deploys to.
type Cluster struct {
	Client dynamic.Interface
	Mapper meta.RESTMapper
}

// recorded is an object of the cluster in a stack's state.
type recorded struct {
	URN     string
	Type    string
	Inputs  map[string]any
	Outputs struct {
		// Manager is the name under which Pulumi has applied it.
		Manager string `json:"__fieldManager"`
	}
}

// Find compares every object of an exported state (pulumi stack export) with the cluster. The differences are in the order
// of the state.
func (c Cluster) Find(ctx context.Context, state []byte) (differences []Difference, err error) {
	var export struct {
		Deployment struct{ Resources []recorded }
	}
	if err := json.Unmarshal(state, &export); err != nil {
		return nil, fmt.Errorf("reading the exported state: %w", err)
	}
	for _, resource := range export.Deployment.Resources {
		if !strings.HasPrefix(resource.Type, "kubernetes:") {
			continue
		}
		found, err := c.compare(ctx, resource)
		if err != nil {
			return nil, err
		}
		differences = append(differences, found...)
	}
	return differences, nil
}

// compare finds the differences of one object.
func (c Cluster) compare(ctx context.Context, resource recorded) ([]Difference, error) {
	wanted := &unstructured.Unstructured{Object: resource.Inputs}
	name := nameOf(wanted)
	mapping, err := c.Mapper.RESTMapping(wanted.GroupVersionKind().GroupKind(), wanted.GroupVersionKind().Version)
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", name, err)
	}
	objects := c.Client.Resource(mapping.Resource).Namespace(wanted.GetNamespace())
	live, err := objects.Get(ctx, wanted.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return []Difference{{Object: name, Message: "it is not there", URN: resource.URN}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", name, err)
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", name, err)
	}
	force := true
	applied, err := objects.Patch(ctx, wanted.GetName(), types.ApplyPatchType, body, metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, Force: &force, FieldManager: resource.Outputs.Manager,
	})
	if err != nil {
		return nil, fmt.Errorf("comparing %s: applying it as a dry run: %w", name, err)
	}
	var differences []Difference
	for _, message := range changes(live.Object, applied.Object) {
		differences = append(differences, Difference{Object: name, Message: message, URN: resource.URN})
	}
	for _, message := range foreign(live, resource.Outputs.Manager) {
		differences = append(differences, Difference{Object: name, Message: message, URN: resource.URN, Foreign: true})
	}
	return differences, nil
}

func nameOf(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return object.GetKind() + " " + object.GetName()
	}
	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}
