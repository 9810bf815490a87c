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

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

func TestARolloutIsOverWhenTheClusterShowsIt(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change func(*appsv1.Deployment)
		pods   []*corev1.Pod // besides the one that is ready
		want   string
	}{
		"over":               {pods: []*corev1.Pod{ready("b", goodImage)}},
		"other image":        {change: func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = badImage }, want: "its image is " + badImage + " and must be " + goodImage},
		"not seen yet":       {change: unseen, want: "Deployment generation is 3, but latest observed generation is 2"},
		"not all updated":    {change: func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 }, want: "Updated: 1/2"},
		"others left":        {change: func(d *appsv1.Deployment) { d.Status.Replicas = 4 }, want: "Pending termination: 2"},
		"not available":      {change: func(d *appsv1.Deployment) { d.Status.AvailableReplicas = 1 }, want: "Available: 1/2"},
		"and why":            {change: func(d *appsv1.Deployment) { d.Status.AvailableReplicas = 1 }, pods: []*corev1.Pod{unschedulable(podOf("2", "b"))}, want: "Available: 1/2: Pod app/b: Unschedulable: no node"},
		"controller says no": {change: late(0), want: "Progress deadline exceeded"},
		"being removed":      {change: func(d *appsv1.Deployment) { since := ago(0); d.DeletionTimestamp = &since }, want: "Resource scheduled for deletion"},
		"one pod of two":     {want: "1 of 2 pods are ready"},
		"one by default": {change: func(d *appsv1.Deployment) {
			d.Spec.Replicas = nil
			d.Status.Replicas, d.Status.UpdatedReplicas, d.Status.ReadyReplicas, d.Status.AvailableReplicas = 1, 1, 1, 1
		}},
		"pod not ready":      {pods: []*corev1.Pod{unready(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
		"pod just made":      {pods: []*corev1.Pod{bare(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
		"pod of another":     {pods: []*corev1.Pod{ready("b", goodImage), unready(ready("c", badImage))}, want: "Pod app/c runs " + badImage + " and must run " + goodImage},
		"pod of no backend":  {pods: []*corev1.Pod{podOf("2", "c")}, want: "Pod app/c runs no container backend and must run " + goodImage},
		"another one going":  {pods: []*corev1.Pod{ready("b", goodImage), going(ready("c", badImage))}},
		"another evicted":    {pods: []*corev1.Pod{ready("b", goodImage), failed(ready("c", badImage), "Evicted")}},
		"ready one is going": {pods: []*corev1.Pod{going(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d := deployment(goodImage)
			if test.change != nil {
				test.change(d)
			}
			v := newVersion(d, replicaSet("2"), append([]*corev1.Pod{ready("a", goodImage)}, test.pods...)...)
			assert.Equal(t, test.want, v.unsettled(goodImage))
		})
	}
	assert.Equal(t, "it is not there", view{}.unsettled(goodImage))
}

func TestAwaitSettled(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		then    func(*testing.T, kubernetes.Interface) // what happens a moment later
		want    string
		waiting time.Duration
	}{
		"pod becomes ready": {waiting: time.Second, then: func(t *testing.T, client kubernetes.Interface) {
			t.Helper()
			_, err := client.CoreV1().Pods("app").Update(t.Context(), ready("b", goodImage), metav1.UpdateOptions{})
			require.NoError(t, err)
		}},
		"Deployment changes": {waiting: 30 * time.Second, want: "its image is " + badImage, then: func(t *testing.T, client kubernetes.Interface) {
			t.Helper()
			_, err := client.AppsV1().Deployments("app").Update(t.Context(), deployment(badImage), metav1.UpdateOptions{})
			require.NoError(t, err)
		}},
		"Deployment goes": {waiting: 30 * time.Second, want: "it is not there: context deadline exceeded", then: func(t *testing.T, client kubernetes.Interface) {
			t.Helper()
			require.NoError(t, client.AppsV1().Deployments("app").Delete(t.Context(), "backend", metav1.DeleteOptions{}))
		}},
		"nothing happens": {waiting: 30 * time.Second, want: "Deployment app/backend: 1 of 2 pods are ready", then: func(*testing.T, kubernetes.Interface) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				client := fake.NewClientset(deployment(goodImage), replicaSet("2"), ready("a", goodImage), unready(ready("b", goodImage)))
				time.AfterFunc(time.Second, func() { test.then(t, client) })
				began := time.Now()
				err := AwaitSettled(t.Context(), client, target, goodImage, 30)
				assert.Equal(t, test.waiting, time.Since(began))
				if test.want == "" {
					assert.NoError(t, err)
				} else {
					assert.ErrorContains(t, err, test.want)
				}
			})
		})
	}
}

func TestAwaitSettledTellsWhyItCannotLook(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		client := fake.NewClientset(deployment(goodImage), replicaSet("2"), ready("a", goodImage), ready("b", goodImage))
		require.ErrorIs(t, AwaitSettled(ctx, client, target, goodImage, 30), context.Canceled)

		began := time.Now()
		client.PrependReactor("list", "deployments", refuse)
		err := AwaitSettled(t.Context(), client, target, goodImage, 30)
		require.ErrorContains(t, err, "refused")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 30*time.Second, time.Since(began), "the connection may come back")

		client.PrependReactor("list", "deployments", forbid)
		assert.ErrorContains(t, AwaitSettled(t.Context(), client, target, goodImage, 30), "not yours")
		assert.Equal(t, 30*time.Second, time.Since(began), "nobody gives rights meanwhile")
	})
}
