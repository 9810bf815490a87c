package rollout

import (
	"context"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// AwaitSettled waits until the cluster shows that a rollout is over: every pod of the Deployment is of its newest ReplicaSet,
// runs the image and is ready, and none of another one is left but those that are about to go. What a tool has said about the
// rollout does not count. The error tells what was in the way when patience, in seconds, was over.
func AwaitSettled(ctx context.Context, client kubernetes.Interface, target Target, image string, patience int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(patience)*time.Second)
	defer cancel()
	reason := "nothing is known of it"
	err := target.follow(ctx, client, func(v view) (again time.Duration, done bool) {
		reason = v.unsettled(image)
		return 0, reason == ""
	})
	if reason == "" {
		return nil
	}
	if err == nil || ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	return fmt.Errorf("waiting for the rollout of Deployment %s/%s: %s: %w", target.Namespace, target.Name, reason, err)
}

// unsettled tells why the rollout of an image is not over; nothing where it is.
func (v view) unsettled(image string) string {
	if v.deployment == nil {
		return "it is not there"
	}
	container := v.deployment.Spec.Template.Spec.Containers[0]
	if container.Image != image {
		return fmt.Sprintf("its image is %s and must be %s", container.Image, image)
	}
	if reason := incomplete(v.deployment); reason != "" {
		if wrong := (&judge{}).worst(v); wrong != nil {
			reason += ": " + wrong.String()
		}
		return reason
	}
	return v.unready(container)
}

// incomplete tells why the status of a Deployment is not that of one whose rollout is over. The rules are kstatus', as Helm,
// Flux and kpt read it: the generation first, then the numbers, then the conditions.
func incomplete(deployment *appsv1.Deployment) string {
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(deployment)
	if err != nil {
		return err.Error()
	}
	untyped := &unstructured.Unstructured{Object: object}
	untyped.SetGroupVersionKind(appsv1.SchemeGroupVersion.WithKind("Deployment")) // clients leave it out
	result, err := status.Compute(untyped)
	if err != nil {
		return err.Error()
	}
	if result.Status == status.CurrentStatus {
		return ""
	}
	return result.Message
}

// unready looks at the pods themselves, of which the Deployment's status tells a moment later, and at those that are of no
// ReplicaSet: the Service leads to them as well.
func (v view) unready(container corev1.Container) string {
	ready := int32(0)
	for _, pod := range v.pods {
		if pod.DeletionTimestamp != nil || pod.Status.Phase == corev1.PodFailed {
			continue // it is about to go, or an evicted one, which has ended and is kept to be looked at
		}
		if runs := imageOf(pod, container.Name); runs != container.Image {
			return fmt.Sprintf("Pod %s/%s runs %s and must run %s", pod.Namespace, pod.Name, runs, container.Image)
		}
		if isReady(pod) {
			ready++
		}
	}
	if wanted := v.deployment.Status.Replicas; ready != wanted {
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
