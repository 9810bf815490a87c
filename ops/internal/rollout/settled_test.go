package rollout

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

const (
	goodImage = "registry.test/app@sha256:1111"
	badImage  = "registry.test/app@sha256:2222"
)

// settledDeployment runs two pods of an image and of no other.
func settledDeployment(image string) *appsv1.Deployment {
	replicas := int32(2)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "app", Name: "backend", Generation: 3},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "backend", Image: image}}},
		}},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 3, Replicas: 2, UpdatedReplicas: 2},
	}
}

// ready is a pod that runs an image behind a container that the cluster has put before it.
func ready(name, image string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "app", Name: name, Labels: map[string]string{"app": "backend"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "proxy", Image: "mesh"}, {Name: "backend", Image: image}}},
		Status: corev1.PodStatus{Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, {Type: corev1.PodReady, Status: corev1.ConditionTrue},
		}},
	}
}

func TestARolloutIsOverWhenTheClusterShowsIt(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change func(*appsv1.Deployment)
		pods   []*corev1.Pod // besides the one that is ready
		want   string
	}{
		"over":               {pods: []*corev1.Pod{ready("b", goodImage)}},
		"other image":        {change: func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = badImage }, want: "its image is " + badImage + " and must be " + goodImage},
		"not seen yet":       {change: func(d *appsv1.Deployment) { d.Generation = 4 }, want: "its controller has not seen its specification yet"},
		"not all updated":    {change: func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 }, want: "1 of 2 pods are of its newest version"},
		"others left":        {change: func(d *appsv1.Deployment) { d.Status.Replicas = 4 }, want: "2 pods of another version are left"},
		"one pod of two":     {want: "1 of 2 pods are ready"},
		"one by default":     {change: func(d *appsv1.Deployment) { d.Spec.Replicas, d.Status.Replicas, d.Status.UpdatedReplicas = nil, 1, 1 }},
		"pod not ready":      {pods: []*corev1.Pod{unready(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
		"pod just made":      {pods: []*corev1.Pod{bare(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
		"pod of another":     {pods: []*corev1.Pod{ready("b", goodImage), unready(ready("c", badImage))}, want: "Pod app/c runs " + badImage + " and must run " + goodImage},
		"pod of no backend":  {pods: []*corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Namespace: "app", Name: "c"}}}, want: "Pod app/c runs no container backend and must run " + goodImage},
		"another one going":  {pods: []*corev1.Pod{ready("b", goodImage), going(ready("c", badImage))}},
		"another evicted":    {pods: []*corev1.Pod{ready("b", goodImage), evicted(ready("c", badImage))}},
		"ready one is going": {pods: []*corev1.Pod{going(ready("b", goodImage))}, want: "1 of 2 pods are ready"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			deployment := settledDeployment(goodImage)
			if test.change != nil {
				test.change(deployment)
			}
			pods := []corev1.Pod{*ready("a", goodImage)}
			for _, pod := range test.pods {
				pods = append(pods, *pod)
			}
			assert.Equal(t, test.want, unsettled(deployment, pods, goodImage))
		})
	}
}

func refuse(clienttesting.Action) (bool, runtime.Object, error) {
	return true, nil, errors.New("refused")
}

func unready(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Conditions[1].Status = corev1.ConditionFalse
	return pod
}

func bare(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Conditions = nil
	return pod
}

func going(pod *corev1.Pod) *corev1.Pod {
	since := ago(0)
	pod.DeletionTimestamp = &since
	return pod
}

func evicted(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Phase = corev1.PodFailed
	return pod
}

func TestAwaitSettled(t *testing.T) {
	t.Parallel()

	target := Target{Namespace: "app", Name: "backend", Selector: "app=backend"}
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
			_, err := client.AppsV1().Deployments("app").Update(t.Context(), settledDeployment(badImage), metav1.UpdateOptions{})
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
				client := fake.NewClientset(settledDeployment(goodImage), ready("a", goodImage), unready(ready("b", goodImage)))
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

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := fake.NewClientset(settledDeployment(badImage))
	err := AwaitSettled(ctx, client, Target{Namespace: "app", Name: "backend"}, goodImage, 30)
	require.ErrorIs(t, err, context.Canceled)
	client.PrependReactor("get", "deployments", refuse)
	assert.ErrorContains(t, AwaitSettled(t.Context(), client, Target{Namespace: "app", Name: "backend"}, goodImage, 30), "refused")
}
