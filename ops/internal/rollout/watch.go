package rollout

import (
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// FailedError is a rollout that cannot succeed.
type FailedError struct {
	// Object is the pod, ReplicaSet or Deployment that says so, as "Pod namespace/name".
	Object string
	// Reason is Kubernetes' word for what is wrong, such as ImagePullBackOff, and Message says it in a sentence.
	Reason, Message string
	// Logs are the last lines of the pod's process, if it had one.
	Logs string
}

// Error implements error: the object, the reason and what its process has said last.
func (f *FailedError) Error() string {
	text := fmt.Sprintf("%s: %s: %s", f.Object, f.Reason, f.Message)
	if f.Logs != "" {
		text += "\nits last lines:\n  " + strings.ReplaceAll(strings.TrimRight(f.Logs, "\n"), "\n", "\n  ")
	}
	return text
}

// Watcher watches one rollout.
type Watcher struct {
	client kubernetes.Interface
	target Target
	before before
}

// before is what there was when the rollout had not begun.
type before struct {
	deployment types.UID // empty: there was none
	generation int64
	ends       map[types.UID]int32 // of each pod: its ReplicaSet may become the newest one again
}

// NewWatcher prepares to watch the next rollout of a Deployment, which need not exist yet: what is said of its generation now,
// and how often pods have ended until now, is not part of it.
func NewWatcher(ctx context.Context, client kubernetes.Interface, target Target) (*Watcher, error) {
	w := &Watcher{client: client, target: target, before: before{ends: map[types.UID]int32{}}}
	deployment, err := client.AppsV1().Deployments(target.Namespace).Get(ctx, target.Name, metav1.GetOptions{})
	switch {
	case err == nil:
		w.before.deployment, w.before.generation = deployment.UID, deployment.Generation
	case !apierrors.IsNotFound(err):
		return nil, fmt.Errorf("looking at the Deployment %s/%s: %w", target.Namespace, target.Name, err)
	}
	pods, err := client.CoreV1().Pods(target.Namespace).List(ctx, metav1.ListOptions{LabelSelector: target.Selector})
	if err != nil {
		return nil, fmt.Errorf("listing the pods of %s: %w", target.Namespace, err)
	}
	for _, pod := range pods.Items {
		w.before.ends[pod.UID] = ends(&pod)
	}
	return w, nil
}

// Watch returns a FailedError as soon as the rollout cannot succeed, or has made no progress for as long as the target allows,
// and nil when ctx ends before. Other errors are those of the connection to the cluster.
func (w *Watcher) Watch(ctx context.Context) error {
	judge := &judge{before: w.before, patience: w.target.Patience}
	var found *trouble
	err := w.target.follow(ctx, w.client, func(v view) (again time.Duration, done bool) {
		found, again = judge.look(v, time.Now())
		return again, found != nil
	})
	if found == nil {
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("watching the rollout of Deployment %s/%s: %w", w.target.Namespace, w.target.Name, err)
		}
		return nil
	}
	failed := &FailedError{Object: found.object, Reason: found.reason, Message: found.message}
	if found.pod != nil {
		failed.Logs = lastLines(ctx, w.client, found.pod)
	}
	return failed
}
