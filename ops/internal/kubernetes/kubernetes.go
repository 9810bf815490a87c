// Package kubernetes has clients for the few kinds of objects that are asked for here. It has the shape of client-go's set of clients, and
// is made from the same parts: that set refers to every version of every API, which cost 65 of the 147 seconds of CPU that this command
// took to compile where nothing was compiled yet.
package kubernetes

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
)

// Interface leads to the clients, as client-go's does: its methods and theirs are named alike and take the same.
type Interface interface {
	AppsV1() AppsV1
	AuthorizationV1() AuthorizationV1
	CoordinationV1() CoordinationV1
	CoreV1() CoreV1
	Discovery() Discovery
}

// Client asks for objects of a kind, and lists of them.
type Client[Object, List any] interface {
	Create(ctx context.Context, object Object, options metav1.CreateOptions) (Object, error)
	Delete(ctx context.Context, name string, options metav1.DeleteOptions) error
	Get(ctx context.Context, name string, options metav1.GetOptions) (Object, error)
	List(ctx context.Context, options metav1.ListOptions) (List, error)
	Update(ctx context.Context, object Object, options metav1.UpdateOptions) (Object, error)
	Watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error)
}

// The kinds.
type (
	// Deployments are those of a namespace, as all that follow.
	Deployments = Client[*appsv1.Deployment, *appsv1.DeploymentList]
	// ReplicaSets are the versions of Deployments.
	ReplicaSets = Client[*appsv1.ReplicaSet, *appsv1.ReplicaSetList]
	// Leases say who does what nobody else may do meanwhile.
	Leases = Client[*coordinationv1.Lease, *coordinationv1.LeaseList]
	// ConfigMaps hold the releases of earlier versions of this command.
	ConfigMaps = Client[*corev1.ConfigMap, *corev1.ConfigMapList]
	// Secrets hold the releases.
	Secrets = Client[*corev1.Secret, *corev1.SecretList]
	// Namespaces are in none themselves.
	Namespaces = Client[*corev1.Namespace, *corev1.NamespaceList]
)

// Pods are those of a namespace.
type Pods interface {
	Client[*corev1.Pod, *corev1.PodList]
	GetLogs(name string, options *corev1.PodLogOptions) *rest.Request
}

// AppsV1 is the group apps.
type AppsV1 interface {
	Deployments(namespace string) Deployments
	ReplicaSets(namespace string) ReplicaSets
}

// CoordinationV1 is the group coordination.k8s.io.
type CoordinationV1 interface {
	Leases(namespace string) Leases
}

// CoreV1 is the group without a name.
type CoreV1 interface {
	ConfigMaps(namespace string) ConfigMaps
	Namespaces() Namespaces
	Pods(namespace string) Pods
	Secrets(namespace string) Secrets
	// RESTClient is the connection.
	RESTClient() rest.Interface
}

// AuthorizationV1 is the group authorization.k8s.io.
type AuthorizationV1 interface {
	SelfSubjectAccessReviews() SelfSubjectAccessReviews
}

// SelfSubjectAccessReviews answer whether this user may do something.
type SelfSubjectAccessReviews interface {
	Create(
		ctx context.Context, review *authorizationv1.SelfSubjectAccessReview, options metav1.CreateOptions,
	) (*authorizationv1.SelfSubjectAccessReview, error)
}

// Discovery tells what a cluster is.
type Discovery interface {
	ServerVersion() (*version.Info, error)
}
