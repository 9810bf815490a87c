package rollout

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func ago(d time.Duration) metav1.Time { return metav1.NewTime(now.Add(-d)) }

func waiting(reason string) corev1.ContainerStatus {
	return corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "because"}}}
}

func ended(reason string, code int32) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code}
}

func running(since time.Duration, ready bool) corev1.ContainerStatus {
	return corev1.ContainerStatus{Ready: ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: ago(since)}}}
}

func TestVerdictOnAPod(t *testing.T) {
	t.Parallel()

	unscheduled := []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no node", LastTransitionTime: ago(time.Second),
	}}
	going := ago(0)
	for name, test := range map[string]struct {
		pod  corev1.Pod
		want Verdict
	}{
		"being created":        {pod: withContainer(waiting("ContainerCreating"))},
		"ready":                {pod: withContainer(running(time.Hour, true))},
		"being deleted":        {pod: corev1.Pod{ObjectMeta: metav1.ObjectMeta{DeletionTimestamp: &going}, Status: withContainer(waiting("CrashLoopBackOff")).Status}},
		"image not there":      {pod: withContainer(waiting("ErrImagePull")), want: Verdict{"ErrImagePull", "because", now}},
		"image still not":      {pod: withContainer(waiting("ImagePullBackOff")), want: Verdict{"ImagePullBackOff", "because", now}},
		"configuration":        {pod: withContainer(waiting("CreateContainerConfigError")), want: Verdict{"CreateContainerConfigError", "because", now}},
		"crash loop":           {pod: withContainer(waiting("CrashLoopBackOff")), want: Verdict{"CrashLoopBackOff", "because", now}},
		"ended":                {pod: withContainer(corev1.ContainerStatus{State: corev1.ContainerState{Terminated: ended("Error", 3)}}), want: Verdict{"Error", "the process ended with exit code 3", now}},
		"out of memory":        {pod: withContainer(corev1.ContainerStatus{LastTerminationState: corev1.ContainerState{Terminated: ended("OOMKilled", 137)}}), want: Verdict{"OOMKilled", "the process ended with exit code 137", now}},
		"no node, for now":     {pod: corev1.Pod{Status: corev1.PodStatus{Conditions: unscheduled}}, want: Verdict{"Unschedulable", "no node", now.Add(schedulingPatience - time.Second)}},
		"not ready yet":        {pod: withContainer(running(2*time.Second, false)), want: Verdict{"NotReady", "the process runs and is not ready after 12s", now.Add(readinessPatience - 2*time.Second)}},
		"never ready":          {pod: withContainer(running(readinessPatience, false)), want: Verdict{"NotReady", "the process runs and is not ready after 12s", now}},
		"evicted by the node":  {pod: corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "disk"}}, want: Verdict{"Evicted", "disk", now}},
		"just accepted by API": {pod: corev1.Pod{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			assert.Equal(t, test.want, judgePod(&test.pod, now))
		})
	}
}

func withContainer(status corev1.ContainerStatus) corev1.Pod {
	return corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{status}}}
}

func TestVerdictOnADeployment(t *testing.T) {
	t.Parallel()

	deployment := func(generation int64, condition appsv1.DeploymentCondition) *appsv1.Deployment {
		return &appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Generation: generation},
			Status:     appsv1.DeploymentStatus{ObservedGeneration: 1, Conditions: []appsv1.DeploymentCondition{condition}},
		}
	}
	late := appsv1.DeploymentCondition{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded", Message: "late"}
	refused := appsv1.DeploymentCondition{Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "forbidden"}
	assert.Equal(t, Verdict{"ProgressDeadlineExceeded", "late", now}, judgeDeployment(deployment(1, late), nil, now))
	assert.Equal(t, Verdict{"FailedCreate", "forbidden", now}, judgeDeployment(deployment(1, refused), nil, now))
	assert.Empty(t, judgeDeployment(deployment(2, late), nil, now), "that was said of an earlier version")
	late.Status = corev1.ConditionTrue
	assert.Empty(t, judgeDeployment(deployment(1, late), nil, now))
}

func TestWhatWasSaidBeforeTheRolloutDoesNotCount(t *testing.T) {
	t.Parallel()

	late := appsv1.DeploymentCondition{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded", Message: "late", LastUpdateTime: ago(time.Minute),
	}
	again, otherReason, otherType := late, late, late
	again.LastUpdateTime = ago(0)
	otherReason.Reason = "FailedCreate"
	otherType.Type = appsv1.DeploymentReplicaFailure
	for name, test := range map[string]struct {
		says appsv1.DeploymentCondition
		want string
	}{
		"the same": {late, ""}, "later": {again, "ProgressDeadlineExceeded"}, "for another reason": {otherReason, "FailedCreate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			deployment := &appsv1.Deployment{Status: appsv1.DeploymentStatus{Conditions: []appsv1.DeploymentCondition{test.says}}}
			assert.Equal(t, test.want, judgeDeployment(deployment, []appsv1.DeploymentCondition{otherType, late}, now).Reason)
		})
	}
	deployment := &appsv1.Deployment{Status: appsv1.DeploymentStatus{Conditions: []appsv1.DeploymentCondition{late}}}
	assert.Equal(t, "ProgressDeadlineExceeded", judgeDeployment(deployment, []appsv1.DeploymentCondition{otherType}, now).Reason, "of another type")
}
