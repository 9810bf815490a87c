package ready

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

func statefulSet(snapshot Snapshot) (Verdict, error) {
	set, err := as[appsv1.StatefulSet](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	wanted, partition := int32(1), int32(0)
	if set.Spec.Replicas != nil {
		wanted = *set.Spec.Replicas
	}
	// Pods below the partition keep the old revision on purpose, and OnDelete
	// leaves all of them to the user.
	if rolling := set.Spec.UpdateStrategy.RollingUpdate; rolling != nil && rolling.Partition != nil {
		partition = *rolling.Partition
	}
	rolled := set.Status.UpdatedReplicas+partition >= wanted ||
		set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType
	if set.Status.ObservedGeneration == set.Generation && set.Status.ReadyReplicas >= wanted && rolled {
		return Verdict{Ready: true, Progress: "StatefulSet initialization complete"}, nil
	}
	text := fmt.Sprintf("Waiting for StatefulSet update to roll out (%d/%d Pods ready)",
		set.Status.ReadyReplicas, wanted)
	verdict := Verdict{Progress: text, Reasons: []string{"Failed to observe the expected number of ready replicas"}}
	return verdict, verdict.addPods(snapshot, set.UID)
}

func daemonSet(snapshot Snapshot) (Verdict, error) {
	set, err := as[appsv1.DaemonSet](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	status := set.Status
	rolled := status.UpdatedNumberScheduled >= status.DesiredNumberScheduled ||
		set.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType
	if status.ObservedGeneration == set.Generation && rolled && status.NumberReady >= status.DesiredNumberScheduled {
		return Verdict{Ready: true, Progress: "DaemonSet initialization complete"}, nil
	}
	text := fmt.Sprintf("Waiting for DaemonSet to be ready (%d/%d Pods ready)",
		status.NumberReady, status.DesiredNumberScheduled)
	verdict := Verdict{Progress: text, Reasons: []string{text}}
	return verdict, verdict.addPods(snapshot, set.UID)
}

// job is ready when it has finished; one that is suspended waits for its user.
func job(snapshot Snapshot) (Verdict, error) {
	object, err := as[batchv1.Job](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	for _, condition := range object.Status.Conditions {
		if condition.Status != corev1.ConditionTrue {
			continue
		}
		switch condition.Type {
		case batchv1.JobComplete:
			return Verdict{Ready: true, Progress: "Job completed"}, nil
		case batchv1.JobSuspended:
			return Verdict{Ready: true, Progress: "Job is suspended"}, nil
		case batchv1.JobSuccessCriteriaMet, batchv1.JobFailureTarget: // its Pods still end
		case batchv1.JobFailed:
			verdict := Verdict{Hopeless: true,
				Reasons: []string{fmt.Sprintf("[%s] %s", condition.Reason, condition.Message)}}
			return verdict, verdict.addPods(snapshot, object.UID)
		}
	}
	text := fmt.Sprintf("Waiting for Job %q to succeed (Active: %d | Succeeded: %d | Failed: %d)",
		object.Name, object.Status.Active, object.Status.Succeeded, object.Status.Failed)
	verdict := Verdict{Progress: text, Reasons: []string{text}}
	return verdict, verdict.addPods(snapshot, object.UID)
}

func singlePod(snapshot Snapshot) (Verdict, error) {
	pod, err := as[corev1.Pod](snapshot.Object)
	if err != nil {
		return Verdict{}, err
	}
	message, failing := podMessage(pod)
	started := pod.Status.Phase == corev1.PodRunning || pod.Status.Phase == corev1.PodSucceeded
	if started && message == "" && firstUnmet(pod) == nil {
		return Verdict{Ready: true, Progress: "Pod initialization complete"}, nil
	}
	verdict := Verdict{Hopeless: pod.Status.Phase == corev1.PodFailed}
	if message == "" {
		message = fmt.Sprintf("Waiting for Pod %q to be ready", podName(pod))
	}
	verdict.Reasons = []string{message}
	if failing {
		verdict.Warnings = []string{message}
	} else {
		verdict.Progress = message
	}
	return verdict, nil
}
