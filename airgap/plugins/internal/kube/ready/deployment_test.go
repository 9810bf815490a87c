package ready_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	deployed = `{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2},
  metadata: {name: web, namespace: probe, uid: d, generation: 2, annotations: {deployment.kubernetes.io/revision: "2"}},
  status: {observedGeneration: 2, conditions: [
    {type: Available, status: "True"}, {type: Progressing, status: "True", reason: NewReplicaSetAvailable}]}}`
	newest = `{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {readyReplicas: 2},
  metadata: {name: web-2, uid: rs2, annotations: {deployment.kubernetes.io/revision: "2"},
    ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true}]}}`
	pulling = `{apiVersion: v1, kind: Pod,
  metadata: {name: web-2-a, namespace: probe, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-2, uid: rs2, controller: true}]},
  status: {conditions: [
      {type: PodScheduled, status: "True"}, {type: Initialized, status: "True"},
      {type: Ready, status: "False", reason: ContainersNotReady, message: "containers with unready status: [web]"}],
    containerStatuses: [{name: web, state: {waiting: {reason: ErrImagePull, message: no such image}}}]}}`
)

func replace(manifest string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(manifest)
}

func TestDeploymentIsReady(t *testing.T) {
	t.Parallel()
	first := replace(deployed, `revision: "2"`, `revision: "1"`, "NewReplicaSetAvailable", "ReplicaSetUpdated")
	for name, manifests := range map[string][]string{
		"when its newest ReplicaSet has taken over": {deployed, newest},
		"at its first revision, whatever Progressing says": {
			first, replace(newest, `revision: "2"`, `revision: "1"`),
		},
		"with the Pods of an old revision still there": {
			deployed, newest, replace(newest, "web-2", "web-1", "rs2", "rs1", `revision: "2"`, `revision: "1"`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict := judge(t, false, manifests...)
			assert.True(t, verdict.Ready)
			assert.Equal(t, "Deployment initialization complete", verdict.Progress)
			assert.Empty(t, verdict.Reasons)
		})
	}
}

func TestDeploymentIsNotReady(t *testing.T) {
	t.Parallel()
	noMinimum := "Minimum number of live Pods was not attained"
	notLive := "Minimum number of Pods to consider the application live was not attained"
	for name, test := range map[string]struct {
		manifests []string
		progress  string
		reasons   []string
	}{
		"before the controller has seen it": {
			[]string{replace(deployed, "observedGeneration: 2", "observedGeneration: 1"), newest}, "", []string{noMinimum},
		},
		"without a ReplicaSet of its revision": {
			[]string{deployed, replace(newest, `revision: "2"`, `revision: "1"`)}, "",
			[]string{"Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"},
		},
		"with a ReplicaSet of somebody else": {
			[]string{deployed, replace(newest, "uid: d,", "uid: other,")}, "",
			[]string{"Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"},
		},
		"while Pods are missing": {
			[]string{deployed, replace(newest, "readyReplicas: 2", "readyReplicas: 1")},
			"Waiting for app ReplicaSet to be available (1/2 Pods available)",
			[]string{"Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"},
		},
		"while the ReplicaSet has not heard of more replicas": {
			[]string{replace(deployed, "replicas: 2", "replicas: 3"), newest}, "",
			[]string{"Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"},
		},
		"while the old ReplicaSet is in charge": {
			[]string{replace(deployed, "NewReplicaSetAvailable", "ReplicaSetUpdated"), newest}, "", []string{notLive},
		},
		"when it is not available": {
			[]string{replace(deployed, `Available, status: "True"`, `Available, status: "False", reason: R, message: m`), newest},
			"", []string{"[R] m", noMinimum},
		},
		"when its Pods are refused": {
			[]string{replace(deployed, "conditions: [", `conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: quota},`)}, "",
			[]string{"[FailedCreate] quota", "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict := judge(t, true, test.manifests...)
			assert.False(t, verdict.Ready)
			assert.Equal(t, test.progress, verdict.Progress)
			assert.Equal(t, test.reasons, verdict.Reasons)
		})
	}
}

func TestDeploymentNamesWhatHoldsUpItsPods(t *testing.T) {
	t.Parallel()
	waiting := replace(newest, "readyReplicas: 2", "readyReplicas: 1")
	const state = "waiting: {reason: ErrImagePull, message: no such image}"
	unready := "[Pod probe/web-2-a]: containers with unready status: [web]"
	for name, test := range map[string]struct {
		pod     string
		reason  string
		warning bool
	}{
		"an image that cannot be pulled": {pulling, unready + "[ErrImagePull] no such image", true},
		"a container that is being created": {
			replace(pulling, state, "waiting: {reason: ContainerCreating}"), unready, false,
		},
		"a container that crashes": {
			replace(pulling, "state: {"+state+"}", `state: {waiting: {reason: CrashLoopBackOff, message: back-off}},
        lastState: {terminated: {exitCode: 3, reason: Error, finishedAt: "2026-01-02T03:04:05Z"}}`),
			unready + "[CrashLoopBackOff] back-off\ncontainer \"web\" terminated at 2026-01-02T03:04:05Z (Error: exit code 3)", true,
		},
		"no node to run on": {
			replace(pulling, `PodScheduled, status: "True"`,
				`PodScheduled, status: "False", reason: Unschedulable, message: 0/1 nodes`,
				"containerStatuses: [{name: web, state: {"+state+"}}]", "phase: Pending"),
			"[Pod probe/web-2-a]: 0/1 nodes", true,
		},
		"a Pod that is going away": {
			replace(pulling, "name: web-2-a", `name: web-2-a, deletionTimestamp: "2026-01-02T03:04:05Z"`), "", false,
		},
		"a Pod of somebody else": {replace(pulling, "uid: rs2", "uid: rs1"), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict := judge(t, false, deployed, waiting, test.pod)
			assert.False(t, verdict.Ready)
			if test.reason == "" {
				assert.Len(t, verdict.Reasons, 1, "only the Deployment's own")
				return
			}
			assert.Equal(t, test.reason, verdict.Reasons[len(verdict.Reasons)-1])
			assert.Equal(t, test.warning, len(verdict.Warnings) > 0)
		})
	}
}

func TestDeploymentScaledToZeroIsReadyWithAWarning(t *testing.T) {
	t.Parallel()
	verdict := judge(t, false, replace(deployed, "replicas: 2", "replicas: 0"),
		replace(newest, "replicas: 2", "replicas: 0", "readyReplicas: 2", "readyReplicas: 0"))
	assert.True(t, verdict.Ready)
	assert.Equal(t, []string{`Replicas scaled to 0 for Deployment "web"`}, verdict.Warnings)
}
