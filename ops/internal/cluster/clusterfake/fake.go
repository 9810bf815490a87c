// Package clusterfake is for tests: a cluster in memory.
package clusterfake

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/version"
	fakediscovery "k8s.io/client-go/discovery/fake"
	fakedynamic "k8s.io/client-go/dynamic/fake"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

// Cluster is one in memory, with its parts as they can be told what to answer.
type Cluster struct {
	*cluster.Cluster
	Typed   *fake.Clientset
	Dynamic *fakedynamic.FakeDynamicClient
	// OnPatch answers patches. Without it there must be none.
	OnPatch func(Patch) (*unstructured.Unstructured, error)
}

// New makes a cluster with an identity, a version such as v1.34.2, and objects: Namespaces, Deployments and Services.
func New(identity, gitVersion string, objects ...*unstructured.Unstructured) *Cluster {
	typed := fake.NewClientset(&corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: metav1.NamespaceSystem, UID: types.UID(identity)},
	})
	typed.Discovery().(*fakediscovery.FakeDiscovery).FakedServerVersion = &version.Info{GitVersion: gitVersion}
	kinds := []schema.GroupVersionKind{
		{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "Service"}, {Group: "apps", Version: "v1", Kind: "Deployment"},
	}
	scheme := runtime.NewScheme()
	for _, kind := range kinds {
		scheme.AddKnownTypeWithName(kind, &unstructured.Unstructured{})
		scheme.AddKnownTypeWithName(kind.GroupVersion().WithKind(kind.Kind+"List"), &unstructured.UnstructuredList{})
	}
	there := make([]runtime.Object, 0, len(objects))
	for _, object := range objects {
		there = append(there, object)
	}
	dynamic := fakedynamic.NewSimpleDynamicClient(scheme, there...)
	c := &Cluster{Typed: typed, Dynamic: dynamic}
	c.Cluster = &cluster.Cluster{Typed: typed, Dynamic: patcher{Interface: dynamic, cluster: c}}
	return c
}

// Object is one of a kind, such as apps/v1 Deployment, in a namespace or in none.
func Object(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}
