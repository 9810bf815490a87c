// Package cluster leads from a kubeconfig to a Kubernetes cluster, tells which cluster that is, and what a stack has on it.
package cluster

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// Cluster is a cluster and the ways to ask it.
type Cluster struct {
	Typed   kubernetes.Interface
	Dynamic dynamic.Interface
	Mapper  meta.RESTMapper
}

// requestsPerSecond is far above what one command asks, which client-go would hold up after 10 requests. A cluster has limits of
// its own (https://kubernetes.io/docs/concepts/cluster-administration/flow-control).
const requestsPerSecond = 100

// Connect prepares to ask the cluster to which the current context of a kubeconfig leads. It asks nothing yet.
func Connect(kubeconfig string) (*Cluster, error) {
	parsed, err := clientcmd.Load([]byte(kubeconfig))
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig of the stack's cluster: %w", err)
	}
	config, err := clientcmd.NewDefaultClientConfig(*parsed, nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig of the stack's cluster: %w", err)
	}
	config.QPS, config.Burst = requestsPerSecond, requestsPerSecond
	typed, errTyped := kubernetes.NewForConfig(config)
	untyped, errUntyped := dynamic.NewForConfig(config)
	if err := errors.Join(errTyped, errUntyped); err != nil {
		return nil, fmt.Errorf("connecting to the stack's cluster: %w", err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(typed.Discovery()))
	return &Cluster{Typed: typed, Dynamic: untyped, Mapper: mapper}, nil
}

// Resource is the API of objects of the same kind and in the same namespace as one.
func (c *Cluster) Resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.Mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("looking for the API of %s: %w", NameOf(object), err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.Dynamic.Resource(mapping.Resource), nil
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return c.Dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// NameOf is "Kind namespace/name", or "Kind name" for an object in no namespace.
func NameOf(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return object.GetKind() + " " + object.GetName()
	}
	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}
