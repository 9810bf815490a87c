package rollout

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// trouble is what keeps an object of the new version from being as it should.
type trouble struct {
	object          string      // as "Pod namespace/name"
	pod             *corev1.Pod // whose process may have said more; nil: none
	reason, message string      // Kubernetes' word, and a sentence
	final           bool        // no waiting changes it
}

// String is the object with what is wrong with it.
func (t *trouble) String() string { return fmt.Sprintf("%s: %s: %s", t.object, t.reason, t.message) }

// podTrouble is what is wrong with a pod; nil where it is ready or just made.
func podTrouble(pod *corev1.Pod) *trouble {
	t := &trouble{object: "Pod " + pod.Namespace + "/" + pod.Name, pod: pod}
	if pod.Status.Phase == corev1.PodFailed {
		// The node has ended it: evicted, preempted, shut down, lost. Its ReplicaSet makes another one. A node that lacks AppArmor
		// refuses that one as well.
		t.reason, t.message, t.final = pod.Status.Reason, pod.Status.Message, pod.Status.Reason == "AppArmor"
		return t
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			t.reason, t.message = condition.Reason, condition.Message
			return t
		}
	}
	for _, container := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if t.judge(container); t.reason != "" {
			return t
		}
	}
	return nil
}

// judge completes the trouble by what is wrong with a container, if anything.
func (t *trouble) judge(container corev1.ContainerStatus) {
	waiting, ended := container.State.Waiting, lastEnd(container)
	switch {
	case container.Ready: // as init containers are when they have ended well
	case waiting != nil && !heals(waiting, container.Image):
		t.reason, t.message, t.final = waiting.Reason, waiting.Message, true
	case ended != nil:
		t.reason, t.message = ended.Reason, fmt.Sprintf("the process ended with exit code %d", ended.ExitCode)
		if ended.Message != "" {
			t.message += ": " + ended.Message
		}
	case waiting != nil:
		t.reason, t.message = waiting.Reason, waiting.Message
	case container.State.Running != nil:
		t.reason, t.message = "NotReady", "the process runs and is not ready"
	}
}

// lastEnd is the last time that a container's process has ended; nil where it has not.
func lastEnd(container corev1.ContainerStatus) *corev1.ContainerStateTerminated {
	if container.State.Terminated != nil {
		return container.State.Terminated
	}
	return container.LastTerminationState.Terminated
}

// ends is how often the processes of a pod have ended. The kubelet counts how often it has started one again, which it does at
// once after the first end, and after 10 s and more after the next ones.
func ends(pod *corev1.Pod) (count int32) {
	for _, container := range pod.Status.ContainerStatuses {
		count += container.RestartCount
		if container.State.Running == nil && lastEnd(container) != nil {
			count++
		}
	}
	return count
}

// setTrouble is the refusal of a pod that a ReplicaSet wants to make; nil where there is none. What a ReplicaSet has said before
// it has seen how many pods it is to have now does not count.
func setTrouble(set *appsv1.ReplicaSet) *trouble {
	for _, condition := range set.Status.Conditions {
		if condition.Type == appsv1.ReplicaSetReplicaFailure && condition.Status == corev1.ConditionTrue &&
			set.Status.ObservedGeneration >= set.Generation {
			return &trouble{
				object: "ReplicaSet " + set.Namespace + "/" + set.Name, reason: condition.Reason, message: condition.Message,
				final: !creationHeals(condition.Message),
			}
		}
	}
	return nil
}
