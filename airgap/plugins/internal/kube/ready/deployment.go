package ready

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// revisionAnnotation ties a Deployment to the ReplicaSet of its current template.
const revisionAnnotation = "deployment.kubernetes.io/revision"

// rollout is the state of a Deployment on its way to its newest template.
type rollout struct {
	deployment *appsv1.Deployment
	newest     *appsv1.ReplicaSet // nil until the controller has made it
	available  bool               // enough Pods of any template serve
	progressed bool               // the newest ReplicaSet took over
	warnings   []string
}

// deployment is ready when the controller has seen its generation, enough Pods
// are available, and the ReplicaSet of the newest template has taken over with
// all its Pods ready.
func deployment(snapshot Snapshot) (Verdict, error) {
	state, err := readRollout(snapshot)
	if err != nil {
		return Verdict{}, err
	}
	if state.complete() {
		return state.success(), nil
	}
	verdict := Verdict{Warnings: state.warnings, Reasons: slices.Concat(state.warnings, state.reasons())}
	if state.newest == nil {
		return verdict, nil
	}
	if ready, wanted := state.counts(); ready < wanted {
		verdict.Progress = fmt.Sprintf(
			"Waiting for app ReplicaSet to be available (%d/%d Pods available)", ready, wanted)
	}
	if err := verdict.addPods(snapshot, state.newest.UID); err != nil {
		return Verdict{}, err
	}
	return verdict, nil
}

func readRollout(snapshot Snapshot) (rollout, error) {
	object, err := as[appsv1.Deployment](snapshot.Object)
	if err != nil {
		return rollout{}, err
	}
	state := rollout{deployment: object}
	if object.Status.ObservedGeneration != object.Generation {
		return state, nil // the status is about an older specification
	}
	for _, condition := range object.Status.Conditions {
		good := condition.Status == corev1.ConditionTrue
		switch condition.Type {
		case appsv1.DeploymentAvailable:
			state.available = good
		case appsv1.DeploymentProgressing:
			state.progressed = good && condition.Reason == "NewReplicaSetAvailable"
		case appsv1.DeploymentReplicaFailure: // Pods are refused, by a quota or a policy
			good = !good
		}
		if !good {
			state.warnings = append(state.warnings, fmt.Sprintf("[%s] %s", condition.Reason, condition.Message))
		}
	}
	state.newest, err = newestReplicaSet(object, snapshot.Related[replicaSets])
	return state, err
}

// newestReplicaSet returns nil while the controller has not made it.
func newestReplicaSet(owner *appsv1.Deployment, sets []*unstructured.Unstructured) (*appsv1.ReplicaSet, error) {
	for _, set := range sets {
		if metav1.IsControlledBy(set, owner) &&
			set.GetAnnotations()[revisionAnnotation] == owner.Annotations[revisionAnnotation] {
			return as[appsv1.ReplicaSet](set)
		}
	}
	return nil, nil
}

// first reports whether this is the first template: there is nothing to take
// over from, and the Progressing condition may lag behind.
func (r rollout) first() bool {
	return r.deployment.Annotations[revisionAnnotation] == "1"
}

func (r rollout) counts() (ready, wanted int32) {
	wanted = 1
	if r.newest.Spec.Replicas != nil {
		wanted = *r.newest.Spec.Replicas
	}
	return r.newest.Status.ReadyReplicas, wanted
}

func (r rollout) complete() bool {
	if r.newest == nil || !r.available || !r.progressed && !r.first() {
		return false
	}
	ready, wanted := r.counts()
	// The ReplicaSet may be older than the Deployment that asks for more Pods.
	asked := r.deployment.Spec.Replicas
	return ready >= wanted && (asked == nil || wanted >= *asked)
}

func (r rollout) success() Verdict {
	verdict := Verdict{Ready: true, Progress: "Deployment initialization complete"}
	if _, wanted := r.counts(); wanted == 0 {
		verdict.Warnings = []string{fmt.Sprintf("Replicas scaled to 0 for Deployment %q", r.deployment.Name)}
	}
	return verdict
}

func (r rollout) reasons() []string {
	switch {
	case !r.available:
		return []string{"Minimum number of live Pods was not attained"}
	case r.first() || !r.progressed:
		return []string{"Minimum number of Pods to consider the application live was not attained"}
	default:
		return []string{
			"Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"}
	}
}
