package rollout

import (
	"testing"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestTroubleOfAPod(t *testing.T) {
	t.Parallel()

	initializing := podOf("2", "a", waiting("PodInitializing", ""))
	initializing.Status.InitContainerStatuses = []corev1.ContainerStatus{backingOff(2)}
	initialized := podOf("2", "a", running(true))
	initialized.Status.InitContainerStatuses = []corev1.ContainerStatus{{Ready: true, State: corev1.ContainerState{Terminated: exit("Completed", 0)}}}
	unstartable := crashed(0)
	unstartable.State.Terminated.Message = "no such file"
	for name, test := range map[string]struct {
		pod   *corev1.Pod
		want  string // empty: none
		final bool
	}{
		"just accepted by API":     {pod: podOf("2", "a")},
		"ready":                    {pod: podOf("2", "a", running(true), running(true))},
		"ready after a restart":    {pod: podOf("2", "a", restarted(1, true))},
		"initialized":              {pod: initialized},
		"being created":            {pod: podOf("2", "a", waiting("ContainerCreating", "")), want: "ContainerCreating: "},
		"no node":                  {pod: unschedulable(podOf("2", "a")), want: "Unschedulable: no node"},
		"scheduled":                {pod: ready("a", goodImage)},
		"not ready":                {pod: podOf("2", "a", running(false)), want: "NotReady: the process runs and is not ready"},
		"second not ready":         {pod: podOf("2", "a", running(true), running(false)), want: "NotReady: the process runs and is not ready"},
		"image not there":          {pod: podOf("2", "a", waiting("ErrImagePull", "it: not found")), want: "ErrImagePull: it: not found", final: true},
		"registry not there":       {pod: podOf("2", "a", waiting("ErrImagePull", "connection refused")), want: "ErrImagePull: connection refused"},
		"name with such words":     {pod: podOf("2", "a", waiting("ErrImagePull", "pulling registry.test/denied: not found: refused")), want: "ErrImagePull: pulling registry.test/denied: not found: refused"},
		"ended":                    {pod: podOf("2", "a", crashed(0)), want: "Error: the process ended with exit code 3"},
		"ended and says why":       {pod: podOf("2", "a", unstartable), want: "Error: the process ended with exit code 3: no such file"},
		"out of memory":            {pod: podOf("2", "a", restarted(1, false)), want: "OOMKilled: the process ended with exit code 137"},
		"backing off":              {pod: podOf("2", "a", backingOff(2)), want: "Error: the process ended with exit code 3"},
		"what comes before it":     {pod: initializing, want: "Error: the process ended with exit code 3"},
		"evicted":                  {pod: failed(podOf("2", "a", crashed(0)), "Evicted"), want: "Evicted: the node was low on disk"},
		"preempted":                {pod: failed(podOf("2", "a"), "Preempting"), want: "Preempting: the node was low on disk"},
		"node lost":                {pod: failed(podOf("2", "a"), "NodeLost"), want: "NodeLost: the node was low on disk"},
		"node lacks what it wants": {pod: failed(podOf("2", "a"), "AppArmor"), want: "AppArmor: the node was low on disk", final: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			found := podTrouble(test.pod)
			if test.want == "" {
				assert.Nil(t, found)
				return
			}
			assert.Equal(t, "Pod app/a: "+test.want, found.String())
			assert.Equal(t, test.final, found.final)
			assert.Same(t, test.pod, found.pod)
		})
	}
}

func TestHowOftenProcessesHaveEnded(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		containers []corev1.ContainerStatus
		want       int32
	}{
		"runs":              {[]corev1.ContainerStatus{running(false)}, 0},
		"not started yet":   {[]corev1.ContainerStatus{waiting("ContainerCreating", "")}, 0},
		"has ended":         {[]corev1.ContainerStatus{crashed(0)}, 1},
		"runs again":        {[]corev1.ContainerStatus{restarted(1, false)}, 1},
		"ended again":       {[]corev1.ContainerStatus{crashed(1)}, 2},
		"backs off":         {[]corev1.ContainerStatus{backingOff(2)}, 2},
		"of two containers": {[]corev1.ContainerStatus{restarted(2, true), crashed(0)}, 3},
	} {
		assert.Equal(t, test.want, ends(podOf("2", "a", test.containers...)), name)
	}
}

func TestTroubleOfAReplicaSet(t *testing.T) {
	t.Parallel()

	quota, security := `pods "a" is forbidden: exceeded quota: few`, `pods "a" is forbidden: violates PodSecurity`
	found := setTrouble(refused(replicaSet("2"), quota))
	assert.Equal(t, "ReplicaSet app/backend-2: FailedCreate: "+quota, found.String())
	assert.False(t, found.final)
	assert.True(t, setTrouble(refused(replicaSet("2"), security)).final)

	assert.Nil(t, setTrouble(replicaSet("2")))
	over := refused(replicaSet("2"), quota)
	over.Status.Conditions[1].Status = corev1.ConditionFalse
	assert.Nil(t, setTrouble(over))
	unseen := refused(replicaSet("2"), quota)
	unseen.Generation++
	assert.Nil(t, setTrouble(unseen), "it was said of another number of pods")
	assert.Equal(t, appsv1.ReplicaSetReplicaFailure, unseen.Status.Conditions[1].Type)
}
