package ready

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// addPods adds what holds up the Pods of an owner: every reason if the wait
// had to end here, but as a warning only what has gone wrong already, for a Pod
// that just takes its time is nothing to warn of.
func (v *Verdict) addPods(snapshot Snapshot, owner types.UID) error {
	var reasons, warnings []string
	for _, object := range snapshot.Related[pods] {
		controller := metav1.GetControllerOf(object)
		if controller == nil || controller.UID != owner || object.GetDeletionTimestamp() != nil {
			continue
		}
		pod, err := as[corev1.Pod](object)
		if err != nil {
			return err
		}
		message, failing := podMessage(pod)
		if message == "" {
			continue
		}
		reasons = append(reasons, message)
		if failing {
			warnings = append(warnings, message)
		}
	}
	slices.Sort(reasons)
	slices.Sort(warnings)
	v.Reasons, v.Warnings = append(v.Reasons, reasons...), append(v.Warnings, warnings...)
	return nil
}

// podMessage says why a Pod is not ready, or "" when it is. failing tells a
// failure from work in progress.
func podMessage(pod *corev1.Pod) (message string, failing bool) {
	condition := firstUnmet(pod)
	if condition == nil {
		return "", false
	}
	var failures []string
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		failures = append(failures, containerFailures(status)...)
	}
	text := strings.Join(failures, "\n")
	if condition.Reason != "" && condition.Message != "" {
		text = condition.Message + text
	}
	if text == "" {
		return "", false
	}
	unschedulable := condition.Type == corev1.PodScheduled && condition.Reason == corev1.PodReasonUnschedulable
	return fmt.Sprintf("[Pod %s]: %s", podName(pod), text), len(failures) > 0 || unschedulable
}

// firstUnmet returns the first condition, in the order of a Pod's life, that
// is not true yet.
func firstUnmet(pod *corev1.Pod) *corev1.PodCondition {
	if pod.Status.Phase == corev1.PodSucceeded {
		return nil
	}
	for _, wanted := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.PodReady} {
		for i, condition := range pod.Status.Conditions {
			if condition.Type == wanted && condition.Status != corev1.ConditionTrue {
				return &pod.Status.Conditions[i]
			}
		}
	}
	return nil
}

// containerFailures says what went wrong in a container; one that is being
// created or initialised has not failed.
func containerFailures(status corev1.ContainerStatus) []string {
	if status.Ready {
		return nil
	}
	var failures []string
	waiting := status.State.Waiting
	if waiting != nil && waiting.Reason != "ContainerCreating" && waiting.Reason != "PodInitializing" {
		failures = append(failures, fmt.Sprintf("[%s] %s", waiting.Reason, waiting.Message))
	}
	if now := status.State.Terminated; now != nil && now.Reason != "" && now.ExitCode != 0 {
		failures = append(failures, terminated(status.Name, now))
	}
	if last := status.LastTerminationState.Terminated; last != nil {
		failures = append(failures, terminated(status.Name, last))
	}
	return failures
}

func terminated(container string, state *corev1.ContainerStateTerminated) string {
	text := fmt.Sprintf("container %q terminated at %s (%s: exit code %d)",
		container, state.FinishedAt.UTC().Format(time.RFC3339), state.Reason, state.ExitCode)
	if state.Message != "" {
		text += "\n" + state.Message
	}
	return text
}

// podName leaves the default namespace out, like kubectl.
func podName(pod *corev1.Pod) string {
	if pod.Namespace == "" || pod.Namespace == corev1.NamespaceDefault {
		return pod.Name
	}
	return pod.Namespace + "/" + pod.Name
}
