package cluster

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// discoveryTimeout bounds the question whether a cluster is there; client-go's
// own would be 32 seconds.
const discoveryTimeout = 10 * time.Second

// Cluster is a reachable API server.
type Cluster struct {
	client dynamic.Interface
	kinds  meta.ResettableRESTMapper
}

// Connect asks the server for its kinds. An error means that the cluster
// cannot be reached, or does not let us in.
func Connect(config *rest.Config) (*Cluster, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("making a client for %s: %w", config.Host, err)
	}
	quick := rest.CopyConfig(config)
	quick.Timeout = discoveryTimeout
	kinds, err := discovery.NewDiscoveryClientForConfig(quick)
	if err != nil {
		return nil, fmt.Errorf("making a discovery client for %s: %w", config.Host, err)
	}
	cached := memory.NewMemCacheClient(kinds)
	if _, err := cached.ServerGroups(); err != nil {
		return nil, fmt.Errorf("asking the API server at %s for its kinds: %w", config.Host, err)
	}
	return &Cluster{client: client, kinds: restmapper.NewDeferredDiscoveryRESTMapper(cached)}, nil
}

// Has reports whether the server knows the kind.
func (c *Cluster) Has(kind schema.GroupVersionKind) bool {
	_, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	return err == nil
}

// Namespaced reports whether objects of the kind live in a namespace. The
// error is a meta.NoKindMatchError when the server does not know the kind.
func (c *Cluster) Namespaced(kind schema.GroupVersionKind) (bool, error) {
	mapping, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return false, err
	}
	return mapping.Scope.Name() == meta.RESTScopeNameNamespace, nil
}

// Forget drops what is known about kinds, so that new ones are found.
func (c *Cluster) Forget() {
	c.kinds.Reset()
}

// resources returns the client for objects of the object's kind in its namespace.
func (c *Cluster) resources(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err // callers tell a missing kind from other errors
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.client.Resource(mapping.Resource), nil
	}
	return c.client.Resource(mapping.Resource).Namespace(namespaceOf(object)), nil
}

func namespaceOf(object *unstructured.Unstructured) string {
	if namespace := object.GetNamespace(); namespace != "" {
		return namespace
	}
	return "default"
}
