package rollout

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

func TestWatchFailsOnAPodOfTheNewVersion(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 0)
		defer c.stop()
		c.update(t, rolling(), podOf("2", "new", waiting("ContainerCreating", "")))
		c.change(t, podOf("1", "old", backingOff(4)))
		c.change(t, podOf("2", "new", waiting("ErrImagePull", "connection refused")))
		is, _ := c.ended()
		require.False(t, is)
		c.change(t, podOf("2", "new", waiting("ErrImagePull", "manifest unknown")))
		is, err := c.ended()
		require.True(t, is)
		failure := &FailedError{}
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, FailedError{"Pod app/new", "ErrImagePull", "manifest unknown", "fake logs"}, *failure)
		assert.EqualError(t, failure, "Pod app/new: ErrImagePull: manifest unknown\nits last lines:\n  fake logs")
	})
}

func TestWatchFailsOnAReplicaSetWithoutLines(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 0)
		defer c.stop()
		c.update(t, rolling())
		_, err := c.AppsV1().ReplicaSets("app").Update(t.Context(), refused(replicaSet("2"), "is forbidden: for good"), metav1.UpdateOptions{})
		require.NoError(t, err)
		settle()
		_, found := c.ended()
		assert.EqualError(t, found, "ReplicaSet app/backend-2: FailedCreate: is forbidden: for good")
	})
}

func TestWatchKnowsHowOftenPodsHadEndedBefore(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 0)
		defer c.stop()
		back := deployment(goodImage, progressed(time.Second))
		back.Annotations[revision] = "1" // its ReplicaSet is the newest again
		c.update(t, back)
		c.change(t, podOf("1", "old", backingOff(3)))
		is, _ := c.ended()
		require.False(t, is)
		c.change(t, podOf("1", "old", backingOff(4)))
		_, err := c.ended()
		assert.ErrorContains(t, err, "Pod app/old: Error")
	})
}

func TestWatchFailsWhenPatienceIsOver(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 30*time.Second)
		defer c.stop()
		began := time.Now()
		c.update(t, rolling(), unschedulable(podOf("2", "new")))
		assert.ErrorContains(t, <-c.result, "Pod app/new: Unschedulable: no node")
		assert.Equal(t, 30*time.Second, time.Since(began))
	})
}

func TestWatchEndsWithTheUpdate(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 0)
		c.update(t, rolling(), unschedulable(podOf("2", "new")))
		c.stop()
		assert.NoError(t, <-c.result)
	})
}

func TestWatchForgetsPodsThatAreGone(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		c := watched(t, 0)
		c.update(t, rolling(), podOf("2", "new", crashed(0)))
		require.NoError(t, c.CoreV1().Pods("app").Delete(t.Context(), "new", metav1.DeleteOptions{}))
		_, err := c.CoreV1().Pods("app").Create(t.Context(), podOf("2", "newer", crashed(0)), metav1.CreateOptions{})
		require.NoError(t, err)
		settle()
		is, _ := c.ended()
		assert.False(t, is)
		c.stop()
		assert.NoError(t, <-c.result)
	})
}

// The API server ends every watch after some minutes.
func TestWatchGoesOnWhenTheServerEndsIt(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset()
		var watches []*watch.FakeWatcher
		client.PrependWatchReactor("pods", func(clienttesting.Action) (bool, watch.Interface, error) {
			watches = append(watches, watch.NewFake())
			return true, watches[len(watches)-1], nil
		})
		watcher, err := NewWatcher(t.Context(), client, target)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		result := start(ctx, watcher)
		_, err = client.AppsV1().Deployments("app").Create(t.Context(), rolling(), metav1.CreateOptions{})
		require.NoError(t, err)
		_, err = client.AppsV1().ReplicaSets("app").Create(t.Context(), replicaSet("2"), metav1.CreateOptions{})
		require.NoError(t, err)
		watches[0].Stop()
		time.Sleep(time.Minute) // client-go waits before it asks again
		synctest.Wait()
		require.Len(t, watches, 2)
		watches[1].Add(podOf("2", "new", crashed(1)))
		assert.ErrorContains(t, <-result, "Pod app/new")
	})
}

func refuse(clienttesting.Action) (bool, runtime.Object, error) {
	return true, nil, errors.New("refused")
}

func forbid(action clienttesting.Action) (bool, runtime.Object, error) {
	return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: action.GetResource().Resource}, "", errors.New("not yours"))
}

func TestWatcherNeedsToKnowWhatThereWas(t *testing.T) {
	t.Parallel()

	for _, resource := range []string{"pods", "deployments"} {
		client := fake.NewClientset()
		client.PrependReactor("*", resource, refuse)
		_, err := NewWatcher(t.Context(), client, target)
		assert.ErrorContains(t, err, "refused", resource)
	}
}

func TestWatchTellsThatItMayNotLook(t *testing.T) {
	t.Parallel()

	for _, resource := range []string{"pods", "deployments", "replicasets"} {
		synctest.Test(t, func(t *testing.T) {
			client := fake.NewClientset()
			watcher, err := NewWatcher(t.Context(), client, target)
			require.NoError(t, err)
			client.PrependReactor("list", resource, forbid)
			err = watcher.Watch(t.Context())
			require.ErrorContains(t, err, "watching the rollout of Deployment app/backend: ")
			assert.ErrorContains(t, err, resource+" is forbidden")
		})
	}
}

// A right that is taken away ends the watch, too.
func TestWatchTellsThatItMayNotLookAnyMore(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset()
		events := watch.NewFake()
		client.PrependWatchReactor("pods", func(clienttesting.Action) (bool, watch.Interface, error) { return true, events, nil })
		watcher, err := NewWatcher(t.Context(), client, target)
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		result := start(ctx, watcher)
		client.PrependReactor("list", "pods", forbid)
		client.PrependWatchReactor("pods", func(action clienttesting.Action) (bool, watch.Interface, error) {
			_, _, err := forbid(action)
			return true, nil, err
		})
		events.Stop()
		assert.ErrorContains(t, <-result, "not yours")
	})
}
