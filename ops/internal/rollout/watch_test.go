package rollout

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func named(name string, pod corev1.Pod) *corev1.Pod {
	pod.ObjectMeta = metav1.ObjectMeta{Namespace: "app", Name: name, UID: types.UID(name), Labels: map[string]string{"app": "backend"}}
	return &pod
}

// watched is a Watcher of a cluster on which one pod runs, and the channels by which the API server tells what happens.
func watched(t *testing.T) (watcher *Watcher, pods chan *watch.FakeWatcher) {
	t.Helper()
	client := fake.NewClientset(named("old", withContainer(running(time.Hour, true))))
	pods = make(chan *watch.FakeWatcher, 2)
	client.PrependWatchReactor("pods", func(clienttesting.Action) (bool, watch.Interface, error) {
		events := watch.NewFake()
		pods <- events
		return true, events, nil
	})
	watcher, err := NewWatcher(t.Context(), client, Target{Namespace: "app", Name: "backend", Selector: "app=backend"})
	require.NoError(t, err)
	return watcher, pods
}

// start runs Watch and returns its result.
func start(ctx context.Context, watcher *Watcher) <-chan error {
	result := make(chan error, 1)
	go func() { result <- watcher.Watch(ctx) }()
	return result
}

func TestWatchFailsOnAPodOfTheNewVersion(t *testing.T) {
	t.Parallel()

	watcher, pods := watched(t)
	result := start(t.Context(), watcher)
	events := <-pods
	events.Add(named("old", withContainer(waiting("CrashLoopBackOff"))))
	events.Add(named("new", withContainer(waiting("ContainerCreating"))))
	events.Modify(named("new", withContainer(waiting("ErrImagePull"))))
	failure := &FailedError{}
	require.ErrorAs(t, <-result, &failure)
	assert.Equal(t, "Pod app/new", failure.Object, "the old pods are not part of the rollout")
	assert.Equal(t, "ErrImagePull", failure.Reason)
	assert.ErrorContains(t, failure, "Pod app/new: ErrImagePull: because\nits last lines:\n  fake logs")
}

func TestWatchFailsWhenPatienceIsOver(t *testing.T) {
	t.Parallel()

	watcher, pods := watched(t)
	result := start(t.Context(), watcher)
	almost := withContainer(corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{
		StartedAt: metav1.NewTime(time.Now().Add(50*time.Millisecond - readinessPatience)),
	}}})
	(<-pods).Add(named("new", almost))
	assert.ErrorContains(t, <-result, "NotReady")
}

func TestWatchGoesOnWhenTheServerEndsIt(t *testing.T) {
	t.Parallel()

	watcher, pods := watched(t)
	result := start(t.Context(), watcher)
	(<-pods).Stop()
	(<-pods).Add(named("new", withContainer(waiting("ImagePullBackOff"))))
	assert.ErrorContains(t, <-result, "ImagePullBackOff")
}

func TestWatchForgetsPodsThatAreGone(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		watcher, pods := watched(t)
		ctx, cancel := context.WithCancel(t.Context())
		result := start(ctx, watcher)
		events := <-pods
		unready := named("new", withContainer(corev1.ContainerStatus{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{
			StartedAt: metav1.NewTime(time.Now()),
		}}}))
		events.Add(unready)
		events.Delete(unready)
		time.Sleep(2 * readinessPatience)
		cancel()
		assert.NoError(t, <-result, "the end of the update ends the watch")
	})
}

func TestWatchIgnoresWhatWasSaidOfTheVersionBefore(t *testing.T) {
	t.Parallel()

	deployment := func(since time.Duration, message string) *appsv1.Deployment {
		return &appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: "app", Name: "backend"},
			Status: appsv1.DeploymentStatus{Conditions: []appsv1.DeploymentCondition{{
				Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded", Message: message, LastUpdateTime: ago(since),
			}}},
		}
	}
	client := fake.NewClientset(deployment(time.Minute, "of the version before"))
	watching := make(chan *watch.FakeWatcher, 1)
	client.PrependWatchReactor("deployments", func(clienttesting.Action) (bool, watch.Interface, error) {
		events := watch.NewFake()
		watching <- events
		return true, events, nil
	})
	watcher, err := NewWatcher(t.Context(), client, Target{Namespace: "app", Name: "backend", Selector: "app=backend"})
	require.NoError(t, err)
	result := start(t.Context(), watcher)
	events := <-watching
	events.Add(deployment(time.Minute, "of the version before"))
	events.Modify(deployment(time.Second, "of this version"))
	assert.ErrorContains(t, <-result, "Deployment app/backend: ProgressDeadlineExceeded: of this version")
}

func TestWatcherNeedsToKnowWhatThereWas(t *testing.T) {
	t.Parallel()

	for _, resource := range []string{"pods", "deployments"} {
		client := fake.NewClientset()
		client.PrependReactor("*", resource, refuse)
		_, err := NewWatcher(t.Context(), client, Target{Namespace: "app", Name: "backend"})
		assert.ErrorContains(t, err, "refused", resource)
	}
}
