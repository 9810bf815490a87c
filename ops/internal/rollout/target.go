package rollout

import (
	"context"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// Target is the Deployment that is watched.
type Target struct {
	Namespace, Name string
	// Selector is the label selector of its ReplicaSets and pods.
	Selector string
	// Patience is how long a rollout may make no progress while something is wrong that could heal. 0: until the progress deadline
	// of the Deployment.
	Patience time.Duration
}

// informers keep up with the objects of a target. They come from client-go, because they get over what ends a watch: the API
// server that closes each after some minutes, a connection that breaks off, a version that is too old to go on from.
type informers struct {
	deployments, sets, pods cache.SharedIndexInformer
}

func (t Target) informers(client kubernetes.Interface) informers {
	named := func(options *metav1.ListOptions) {
		options.FieldSelector = fields.OneTermEqualSelector("metadata.name", t.Name).String()
	}
	labelled := func(options *metav1.ListOptions) { options.LabelSelector = t.Selector }
	apps := client.AppsV1()
	return informers{
		informer[*appsv1.DeploymentList](apps.Deployments(t.Namespace), named, &appsv1.Deployment{}),
		informer[*appsv1.ReplicaSetList](apps.ReplicaSets(t.Namespace), labelled, &appsv1.ReplicaSet{}),
		informer[*corev1.PodList](client.CoreV1().Pods(t.Namespace), labelled, &corev1.Pod{}),
	}
}

// lookAgain is how often an informer has us look again where it has told nothing.
const lookAgain = time.Minute

// resource is the part of a typed client that an informer needs.
type resource[List runtime.Object] interface {
	List(ctx context.Context, options metav1.ListOptions) (List, error)
	Watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error)
}

func informer[List runtime.Object](from resource[List], narrow func(*metav1.ListOptions), kind runtime.Object) cache.SharedIndexInformer {
	return cache.NewSharedIndexInformerWithOptions(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			narrow(&options)
			return from.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			narrow(&options)
			return from.Watch(ctx, options)
		},
	}, kind, cache.SharedIndexInformerOptions{ResyncPeriod: lookAgain})
}
