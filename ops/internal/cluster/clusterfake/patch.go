package clusterfake

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// Patch is one that the cluster was asked for.
type Patch struct {
	Name    string
	Type    types.PatchType
	Body    string
	Options metav1.PatchOptions
}

// patcher is a client whose patches are answered by the test: the fake of client-go forgets their options.
type patcher struct {
	dynamic.Interface
	cluster *Cluster
}

// Resource implements dynamic.Interface.
func (p patcher) Resource(resource schema.GroupVersionResource) dynamic.NamespaceableResourceInterface {
	return patchable{NamespaceableResourceInterface: p.Interface.Resource(resource), cluster: p.cluster}
}

type patchable struct {
	dynamic.NamespaceableResourceInterface
	cluster *Cluster
}

// Namespace implements dynamic.NamespaceableResourceInterface.
func (p patchable) Namespace(namespace string) dynamic.ResourceInterface {
	return namespaced{ResourceInterface: p.NamespaceableResourceInterface.Namespace(namespace), cluster: p.cluster}
}

// Patch implements dynamic.ResourceInterface.
func (p patchable) Patch(
	_ context.Context, name string, kind types.PatchType, body []byte, options metav1.PatchOptions, _ ...string,
) (*unstructured.Unstructured, error) {
	return p.cluster.patch(Patch{Name: name, Type: kind, Body: string(body), Options: options})
}

type namespaced struct {
	dynamic.ResourceInterface
	cluster *Cluster
}

// Patch implements dynamic.ResourceInterface.
func (n namespaced) Patch(
	_ context.Context, name string, kind types.PatchType, body []byte, options metav1.PatchOptions, _ ...string,
) (*unstructured.Unstructured, error) {
	return n.cluster.patch(Patch{Name: name, Type: kind, Body: string(body), Options: options})
}

func (c *Cluster) patch(patch Patch) (*unstructured.Unstructured, error) {
	if c.OnPatch == nil {
		return nil, errors.New("a patch that the test does not want")
	}
	return c.OnPatch(patch)
}
