package rollout

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	goodImage = "registry.test/app@sha256:1111"
	badImage  = "registry.test/app@sha256:2222"
)

var (
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	target = Target{Namespace: "app", Name: "backend", Selector: "app=backend"}
)

func ago(d time.Duration) metav1.Time { return metav1.NewTime(now.Add(-d)) }

// deployment has two pods of an image and of no other, by its second revision, and its controller says that all is well.
func deployment(image string, changes ...func(*appsv1.Deployment)) *appsv1.Deployment {
	replicas := int32(2)
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "app", Name: "backend", UID: "deployment", Generation: 3, Annotations: map[string]string{revision: "2"},
		},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, ProgressDeadlineSeconds: &replicas, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "backend", Image: image}}},
		}},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 3, Replicas: 2, UpdatedReplicas: 2, ReadyReplicas: 2, AvailableReplicas: 2,
			Conditions: []appsv1.DeploymentCondition{
				{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue},
				progress(corev1.ConditionTrue, "NewReplicaSetAvailable", time.Minute),
			},
		},
	}
	for _, change := range changes {
		change(d)
	}
	return d
}

func progress(is corev1.ConditionStatus, reason string, since time.Duration) appsv1.DeploymentCondition {
	return appsv1.DeploymentCondition{
		Type: appsv1.DeploymentProgressing, Status: is, Reason: reason, Message: "it is late", LastUpdateTime: ago(since),
	}
}

// progressed has the controller speak of progress last so long ago.
func progressed(since time.Duration) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Status.Conditions[1] = progress(corev1.ConditionTrue, "ReplicaSetUpdated", since)
	}
}

// late has the controller say so long ago that the deadline is over.
func late(since time.Duration) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Status.Conditions[1] = progress(corev1.ConditionFalse, deadlineExceeded, since)
	}
}

// replicaSet is the one of a revision, which is 1 for the version before and 2 for the new one.
func replicaSet(of string) *appsv1.ReplicaSet {
	controls := true
	return &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
		Namespace: "app", Name: "backend-" + of, Generation: 4, Annotations: map[string]string{revision: of},
		Labels:          map[string]string{"app": "backend", appsv1.DefaultDeploymentUniqueLabelKey: "hash-" + of},
		OwnerReferences: []metav1.OwnerReference{{UID: "deployment", Controller: &controls}},
	}, Status: appsv1.ReplicaSetStatus{ObservedGeneration: 4}}
}

// refused has a ReplicaSet say that a pod was refused.
func refused(set *appsv1.ReplicaSet, message string) *appsv1.ReplicaSet {
	set.Status.Conditions = []appsv1.ReplicaSetCondition{
		{Type: "Other", Status: corev1.ConditionTrue},
		{Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: message},
	}
	return set
}

// podOf is a pod of the ReplicaSet of a revision with the states of its containers.
func podOf(of, name string, containers ...corev1.ContainerStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "app", Name: name, UID: types.UID(name), Labels: replicaSet(of).Labels},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: containers},
	}
}

func failed(pod *corev1.Pod, reason string) *corev1.Pod {
	pod.Status.Phase, pod.Status.Reason, pod.Status.Message = corev1.PodFailed, reason, "the node was low on disk"
	return pod
}

func unschedulable(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Conditions = []corev1.PodCondition{
		{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "Other"},
		{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no node"},
	}
	return pod
}

func going(pod *corev1.Pod) *corev1.Pod {
	since := ago(0)
	pod.DeletionTimestamp = &since
	return pod
}

// ready is a pod that runs an image behind a container that the cluster has put before it.
func ready(name, image string) *corev1.Pod {
	pod := podOf("2", name, running(true))
	pod.Spec.Containers = []corev1.Container{{Name: "proxy", Image: "mesh"}, {Name: "backend", Image: image}}
	pod.Status.Conditions = []corev1.PodCondition{
		{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, {Type: corev1.PodReady, Status: corev1.ConditionTrue},
	}
	return pod
}

func unready(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Conditions[1].Status = corev1.ConditionFalse
	return pod
}

func bare(pod *corev1.Pod) *corev1.Pod {
	pod.Status.Conditions = nil
	return pod
}

func waiting(reason, message string) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Image: "registry.test/denied: not found", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
	}
}

func running(isReady bool) corev1.ContainerStatus {
	return corev1.ContainerStatus{Ready: isReady, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
}

// crashed is a container whose process has just ended, after it was started anew so many times.
func crashed(restarts int32) corev1.ContainerStatus {
	return corev1.ContainerStatus{RestartCount: restarts, State: corev1.ContainerState{Terminated: exit("Error", 3)}}
}

// restarted is a container whose process runs again after so many ends.
func restarted(ends int32, isReady bool) corev1.ContainerStatus {
	status := running(isReady)
	status.RestartCount, status.LastTerminationState.Terminated = ends, exit("OOMKilled", 137)
	return status
}

// backingOff is a container that is not started again yet after so many ends.
func backingOff(ends int32) corev1.ContainerStatus {
	status := waiting("CrashLoopBackOff", "back-off 10s")
	status.RestartCount, status.LastTerminationState.Terminated = ends-1, exit("Error", 3)
	return status
}

func exit(reason string, code int32) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code}
}
