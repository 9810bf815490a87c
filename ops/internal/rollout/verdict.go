package rollout

import (
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

const (
	// schedulingPatience is how long a pod may find no node: a cluster that adds nodes by itself takes longer, and then the
	// progress deadline of the Deployment is what counts.
	schedulingPatience = 10 * time.Second
	// readinessPatience is how long a process may run and not be ready. The backend is ready within milliseconds of its start.
	readinessPatience = 12 * time.Second
)

// Verdict is what an object says about the rollout. Without a Reason, nothing is wrong.
type Verdict struct {
	// Reason is Kubernetes' word for what is wrong, such as ImagePullBackOff.
	Reason string
	// Message says it in a sentence.
	Message string
	// Final is when the rollout counts as failed, unless the object says something else by then.
	Final time.Time
}

// hopeless are the reasons for which a container waits that do not go away by waiting. The kubelet tries again after each of
// them, but the images here are pinned by digest, and a new pod's first failure is that of all of them.
func hopeless(reason string) bool {
	switch reason {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable",
		"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff":
		return true
	}
	return false
}

// judgePod is the verdict on a pod of the new version at a time.
func judgePod(pod *corev1.Pod, now time.Time) Verdict {
	if pod.DeletionTimestamp != nil {
		return Verdict{}
	}
	if pod.Status.Phase == corev1.PodFailed {
		return Verdict{Reason: pod.Status.Reason, Message: pod.Status.Message, Final: now}
	}
	for _, container := range pod.Status.ContainerStatuses {
		if verdict := judgeContainer(container, now); verdict.Reason != "" {
			return verdict
		}
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			return Verdict{
				Reason: condition.Reason, Message: condition.Message,
				Final: condition.LastTransitionTime.Add(schedulingPatience),
			}
		}
	}
	return Verdict{}
}

func judgeContainer(container corev1.ContainerStatus, now time.Time) Verdict {
	if waiting := container.State.Waiting; waiting != nil && hopeless(waiting.Reason) {
		return Verdict{Reason: waiting.Reason, Message: waiting.Message, Final: now}
	}
	// A container of a new version that has ended has failed, even if the kubelet starts it again at once.
	for _, ended := range []*corev1.ContainerStateTerminated{container.State.Terminated, container.LastTerminationState.Terminated} {
		if ended != nil {
			return Verdict{
				Reason: ended.Reason, Message: fmt.Sprintf("the process ended with exit code %d", ended.ExitCode), Final: now,
			}
		}
	}
	if running := container.State.Running; running != nil && !container.Ready {
		return Verdict{
			Reason: "NotReady", Message: fmt.Sprintf("the process runs and is not ready after %s", readinessPatience),
			Final: running.StartedAt.Add(readinessPatience),
		}
	}
	return Verdict{}
}

// judgeDeployment is the verdict of the Deployment controller itself. What it had said before the rollout does not count: the
// controller says once more that the version before has made no progress, even of a newer generation, while it scales that down.
func judgeDeployment(deployment *appsv1.Deployment, before []appsv1.DeploymentCondition, now time.Time) Verdict {
	if deployment.Status.ObservedGeneration < deployment.Generation {
		return Verdict{} // it speaks of an earlier version
	}
	for _, condition := range deployment.Status.Conditions {
		if slices.ContainsFunc(before, func(old appsv1.DeploymentCondition) bool {
			return old.Type == condition.Type && old.Reason == condition.Reason && old.LastUpdateTime.Equal(&condition.LastUpdateTime)
		}) {
			continue
		}
		deadlineExceeded := condition.Type == appsv1.DeploymentProgressing && condition.Status == corev1.ConditionFalse
		// Such as a pod that the namespace's Pod Security refuses.
		refused := condition.Type == appsv1.DeploymentReplicaFailure && condition.Status == corev1.ConditionTrue
		if deadlineExceeded || refused {
			return Verdict{Reason: condition.Reason, Message: condition.Message, Final: now}
		}
	}
	return Verdict{}
}
