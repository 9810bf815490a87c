package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// Target is the Deployment that is watched, and the label selector of its pods.
type Target struct {
	Namespace, Name, Selector string
}

// FailedError is a rollout that cannot succeed.
type FailedError struct {
	// Object is the pod or Deployment that says so, as "Pod namespace/name".
	Object string
	Verdict
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
	// What there was before: the pods, and what the Deployment's controller had said. It says that of the next version as well,
	// until it has scaled the one before down.
	oldPods       []types.UID
	oldConditions []appsv1.DeploymentCondition
}

// NewWatcher prepares to watch the next rollout of a Deployment, which need not exist yet: the pods that there are now, and
// what is said of the Deployment now, are not part of it.
func NewWatcher(ctx context.Context, client kubernetes.Interface, target Target) (*Watcher, error) {
	pods, err := client.CoreV1().Pods(target.Namespace).List(ctx, metav1.ListOptions{LabelSelector: target.Selector})
	if err != nil {
		return nil, fmt.Errorf("listing the pods of %s: %w", target.Namespace, err)
	}
	deployment, err := client.AppsV1().Deployments(target.Namespace).Get(ctx, target.Name, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("looking at the Deployment %s/%s: %w", target.Namespace, target.Name, err)
	}
	w := &Watcher{client: client, target: target}
	if err == nil {
		w.oldConditions = deployment.Status.Conditions
	}
	for _, pod := range pods.Items {
		w.oldPods = append(w.oldPods, pod.UID)
	}
	return w, nil
}

// Watch returns a FailedError as soon as the rollout cannot succeed, and nil when ctx ends before. Other errors are those of
// the connection to the cluster.
func (w *Watcher) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		// The API server ends every watch after some minutes; what is there by then comes first in the next one.
		if err := w.watchOnce(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// watchOnce watches until there is a FailedError, ctx ends, or the API server ends one of the watches.
func (w *Watcher) watchOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pods, deployments, err := w.target.watch(ctx, w.client)
	if err != nil {
		return err
	}
	defer pods.Stop()
	defer deployments.Stop()
	return w.follow(ctx, pods.ResultChan(), deployments.ResultChan())
}

// watch watches the pods and the Deployment. What there is comes first.
func (t Target) watch(ctx context.Context, client kubernetes.Interface) (pods, deployments watch.Interface, err error) {
	pods, err = client.CoreV1().Pods(t.Namespace).Watch(ctx, metav1.ListOptions{LabelSelector: t.Selector})
	if err != nil {
		return nil, nil, fmt.Errorf("watching the pods of %s: %w", t.Namespace, err)
	}
	deployments, err = client.AppsV1().Deployments(t.Namespace).Watch(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", t.Name).String(),
	})
	if err != nil {
		pods.Stop()
		return nil, nil, fmt.Errorf("watching the Deployment %s/%s: %w", t.Namespace, t.Name, err)
	}
	return pods, deployments, nil
}

// follow judges what comes, and once more when a verdict becomes final.
func (w *Watcher) follow(ctx context.Context, pods, deployments <-chan watch.Event) error {
	latest := map[types.UID]*corev1.Pod{}
	patience := time.NewTimer(time.Hour)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-patience.C:
		case event, open := <-deployments:
			if !open {
				return nil
			}
			if deployment, is := event.Object.(*appsv1.Deployment); is {
				if verdict := judgeDeployment(deployment, w.oldConditions, time.Now()); verdict.Reason != "" {
					return &FailedError{Object: "Deployment " + w.target.Namespace + "/" + w.target.Name, Verdict: verdict}
				}
			}
		case event, open := <-pods:
			if !open {
				return nil
			}
			if pod, is := event.Object.(*corev1.Pod); is && !slices.Contains(w.oldPods, pod.UID) {
				latest[pod.UID] = pod
				if event.Type == watch.Deleted {
					delete(latest, pod.UID)
				}
			}
		}
		wait, err := w.judge(ctx, latest)
		if err != nil {
			return err
		}
		patience.Reset(wait)
	}
}

// judge returns a FailedError, or how long there is none unless something happens.
func (w *Watcher) judge(ctx context.Context, pods map[types.UID]*corev1.Pod) (wait time.Duration, err error) {
	now, wait := time.Now(), time.Hour
	for _, pod := range pods {
		verdict := judgePod(pod, now)
		switch {
		case verdict.Reason == "":
		case verdict.Final.After(now):
			wait = min(wait, verdict.Final.Sub(now))
		default:
			return 0, &FailedError{
				Object: "Pod " + pod.Namespace + "/" + pod.Name, Verdict: verdict, Logs: w.logs(ctx, pod),
			}
		}
	}
	return wait, nil
}

const (
	logLines = 10
	logBytes = 8 << 10
)

// logs are the last lines that a pod's process has written, of the one before if it was started again. There are none where
// it never ran: an error here would hide the failure that is to be explained.
func (w *Watcher) logs(ctx context.Context, pod *corev1.Pod) string {
	lines := int64(logLines)
	for _, previous := range []bool{false, true} {
		stream, err := w.client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
			TailLines: &lines, Previous: previous,
		}).Stream(ctx)
		if err != nil {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(stream, logBytes))
		if err := errors.Join(err, stream.Close()); err == nil && len(bytes.TrimSpace(content)) > 0 {
			return string(content)
		}
	}
	return ""
}
