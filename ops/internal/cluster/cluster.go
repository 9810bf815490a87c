// Package cluster leads from a kubeconfig to a Kubernetes cluster, tells which cluster that is, and what a stack has on it.
package cluster

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// Cluster is a cluster and the ways to ask it.
type Cluster struct {
	Typed   kubernetes.Interface
	Dynamic dynamic.Interface
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
	return &Cluster{Typed: typed, Dynamic: untyped}, nil
}

// scopes are the kinds that the program makes, and whether they are in a namespace. A test compares them with the program's.
func scopes() map[schema.GroupVersionKind]meta.RESTScope {
	return map[schema.GroupVersionKind]meta.RESTScope{
		{Version: "v1", Kind: "ConfigMap"}:                                     meta.RESTScopeNamespace,
		{Version: "v1", Kind: "Namespace"}:                                     meta.RESTScopeRoot,
		{Version: "v1", Kind: "Secret"}:                                        meta.RESTScopeNamespace,
		{Version: "v1", Kind: "Service"}:                                       meta.RESTScopeNamespace,
		{Version: "v1", Kind: "ServiceAccount"}:                                meta.RESTScopeNamespace,
		{Group: "apps", Version: "v1", Kind: "Deployment"}:                     meta.RESTScopeNamespace,
		{Group: "autoscaling", Version: "v2", Kind: "HorizontalPodAutoscaler"}: meta.RESTScopeNamespace,
		{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"}:     meta.RESTScopeNamespace,
		{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"}:          meta.RESTScopeNamespace,
	}
}

// Resource is the API of objects of the same kind and in the same namespace as one.
func (c *Cluster) Resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	scope, known := scopes()[kind]
	if !known {
		return nil, fmt.Errorf("looking for the API of %s: %s is none of the kinds that the program makes", NameOf(object), kind)
	}
	resource, _ := meta.UnsafeGuessKindToResource(kind) // by Kubernetes' rule, which these kinds follow
	if scope == meta.RESTScopeRoot {
		return c.Dynamic.Resource(resource), nil
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return c.Dynamic.Resource(resource).Namespace(namespace), nil
}

// NameOf is "Kind namespace/name", or "Kind name" for an object in no namespace.
func NameOf(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return object.GetKind() + " " + object.GetName()
	}
	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}
