package rollout

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// AwaitSettled waits until the cluster shows that a rollout is over: every pod of the Deployment is of its newest ReplicaSet,
// runs the image and is ready, and none of another one is left but those that are about to go. What a tool has said about the
// rollout does not count. The error tells what was in the way when patience, in seconds, was over.
func AwaitSettled(ctx context.Context, client kubernetes.Interface, target Target, image string, patience int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(patience)*time.Second)
	defer cancel()
	for {
		reason, err := awaitOnce(ctx, client, target, image)
		switch {
		case err != nil:
			return fmt.Errorf("waiting for the rollout of Deployment %s/%s: %w", target.Namespace, target.Name, err)
		case reason == "":
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("waiting for the rollout of Deployment %s/%s: %s: %w", target.Namespace, target.Name, reason, ctx.Err())
		}
	}
}

// awaitOnce waits until there is no reason left, ctx ends, or the API server ends one of the watches, which it does after some
// minutes.
func awaitOnce(ctx context.Context, client kubernetes.Interface, target Target, image string) (reason string, err error) {
	// They begin before the first look, so that nothing happens unseen.
	pods, deployments, err := target.watch(ctx, client)
	if err != nil {
		return "", err
	}
	defer pods.Stop()
	defer deployments.Stop()
	for open := true; open; {
		if reason, err = lookAt(ctx, client, target, image); err != nil || reason == "" {
			return reason, err
		}
		select {
		case <-ctx.Done():
			return reason, nil
		case _, open = <-pods.ResultChan():
		case _, open = <-deployments.ResultChan():
		}
	}
	return reason, nil
}

// lookAt reads what the cluster shows now, and returns why the rollout is not over; nothing where it is.
func lookAt(ctx context.Context, client kubernetes.Interface, target Target, image string) (reason string, err error) {
	deployment, err := client.AppsV1().Deployments(target.Namespace).Get(ctx, target.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "it is not there", nil
	}
	if err != nil {
		return "", err
	}
	pods, err := client.CoreV1().Pods(target.Namespace).List(ctx, metav1.ListOptions{LabelSelector: target.Selector})
	if err != nil {
		return "", err
	}
	return unsettled(deployment, pods.Items, image), nil
}

// unsettled tells why the rollout of an image is not over; nothing where it is. The numbers of the Deployment count the pods of
// every one of its ReplicaSets, but not those that are about to go: kubectl's rollout status reads them the same way.
func unsettled(deployment *appsv1.Deployment, pods []corev1.Pod, image string) string {
	wanted, status := int32(1), deployment.Status // Kubernetes' default
	if deployment.Spec.Replicas != nil {
		wanted = *deployment.Spec.Replicas
	}
	container := deployment.Spec.Template.Spec.Containers[0]
	switch {
	case container.Image != image:
		return fmt.Sprintf("its image is %s and must be %s", container.Image, image)
	case status.ObservedGeneration < deployment.Generation:
		return "its controller has not seen its specification yet"
	case status.UpdatedReplicas != wanted:
		return fmt.Sprintf("%d of %d pods are of its newest version", status.UpdatedReplicas, wanted)
	case status.Replicas != wanted:
		return fmt.Sprintf("%d pods of another version are left", status.Replicas-status.UpdatedReplicas)
	}
	ready := int32(0)
	for _, pod := range pods {
		if pod.DeletionTimestamp != nil || pod.Status.Phase == corev1.PodFailed {
			continue // it is about to go, or an evicted one, which has ended and is kept to be looked at
		}
		if runs := imageOf(&pod, container.Name); runs != image {
			return fmt.Sprintf("Pod %s/%s runs %s and must run %s", pod.Namespace, pod.Name, runs, image)
		}
		if isReady(&pod) {
			ready++
		}
	}
	if ready != wanted {
		return fmt.Sprintf("%d of %d pods are ready", ready, wanted)
	}
	return ""
}

// imageOf is the image of a pod's container by its name: a cluster may put containers of its own before it.
func imageOf(pod *corev1.Pod, name string) string {
	for _, container := range pod.Spec.Containers {
		if container.Name == name {
			return container.Image
		}
	}
	return "no container " + name
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
