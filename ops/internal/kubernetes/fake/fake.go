// Package fake is for tests: client-go's set of clients in memory, as far as package kubernetes has them.
package fake

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	appsv1 "k8s.io/client-go/kubernetes/typed/apps/v1"
	authorizationv1 "k8s.io/client-go/kubernetes/typed/authorization/v1"
	coordinationv1 "k8s.io/client-go/kubernetes/typed/coordination/v1"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// Clientset is a set of clients of a cluster in memory.
type Clientset struct{ *fake.Clientset }

var _ kubernetes.Interface = (*Clientset)(nil)

// NewClientset is a cluster with some objects.
func NewClientset(objects ...runtime.Object) *Clientset {
	return &Clientset{fake.NewClientset(objects...)}
}

// AppsV1 implements kubernetes.Interface.
func (c *Clientset) AppsV1() kubernetes.AppsV1 { return apps{c.Clientset.AppsV1()} }

// AuthorizationV1 implements kubernetes.Interface.
func (c *Clientset) AuthorizationV1() kubernetes.AuthorizationV1 {
	return authorization{c.Clientset.AuthorizationV1()}
}

// CoordinationV1 implements kubernetes.Interface.
func (c *Clientset) CoordinationV1() kubernetes.CoordinationV1 {
	return coordination{c.Clientset.CoordinationV1()}
}

// CoreV1 implements kubernetes.Interface.
func (c *Clientset) CoreV1() kubernetes.CoreV1 { return core{c.Clientset.CoreV1()} }

// Discovery implements kubernetes.Interface.
func (c *Clientset) Discovery() kubernetes.Discovery { return c.Clientset.Discovery() }

type apps struct{ appsv1.AppsV1Interface }

func (a apps) Deployments(namespace string) kubernetes.Deployments {
	return a.AppsV1Interface.Deployments(namespace)
}

func (a apps) ReplicaSets(namespace string) kubernetes.ReplicaSets {
	return a.AppsV1Interface.ReplicaSets(namespace)
}

type authorization struct {
	authorizationv1.AuthorizationV1Interface
}

func (a authorization) SelfSubjectAccessReviews() kubernetes.SelfSubjectAccessReviews {
	return a.AuthorizationV1Interface.SelfSubjectAccessReviews()
}

type coordination struct {
	coordinationv1.CoordinationV1Interface
}

func (c coordination) Leases(namespace string) kubernetes.Leases {
	return c.CoordinationV1Interface.Leases(namespace)
}

type core struct{ corev1.CoreV1Interface }

func (c core) ConfigMaps(namespace string) kubernetes.ConfigMaps {
	return c.CoreV1Interface.ConfigMaps(namespace)
}

func (c core) Namespaces() kubernetes.Namespaces { return c.CoreV1Interface.Namespaces() }

func (c core) Pods(namespace string) kubernetes.Pods { return c.CoreV1Interface.Pods(namespace) }

func (c core) Secrets(namespace string) kubernetes.Secrets {
	return c.CoreV1Interface.Secrets(namespace)
}
