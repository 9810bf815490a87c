package rollout

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// crashLoop is how often processes of the new version must have ended before they have become ready: one restart Kubernetes gets
// over, and a node's trouble can cause it. It starts a process anew at once, so that one that ends at once has ended twice
// within seconds.
const crashLoop = 2

// deadlineExceeded is the reason of the condition Progressing when it is False.
const deadlineExceeded = "ProgressDeadlineExceeded"

// judge tells from what the cluster shows, look after look, whether a rollout cannot succeed.
type judge struct {
	before   before
	patience time.Duration
	begun    bool
	// leftover is what the Deployment's controller said of its progress when it had just seen the new generation: that is about the
	// one before. It says so until the new one makes progress.
	leftover metav1.Time
	// progress is when the controller saw progress last, by its clock, and since is when we saw that, by ours.
	progress metav1.Time
	since    time.Time
}

// look returns why the rollout cannot succeed, or else after which time to look again (0: when something changes).
func (j *judge) look(v view, now time.Time) (found *trouble, again time.Duration) {
	if !v.observed() || v.deployment.UID == j.before.deployment && v.deployment.Generation <= j.before.generation {
		return nil, 0
	}
	progressing := condition(v.deployment, appsv1.DeploymentProgressing)
	if !j.begun {
		j.begun, j.leftover, j.since = true, progressing.LastUpdateTime, now
	}
	if !progressing.LastUpdateTime.Equal(&j.progress) {
		j.progress, j.since = progressing.LastUpdateTime, now
	}
	worst := j.worst(v)
	if worst != nil && worst.final {
		return worst, 0
	}
	if progressing.Reason == deadlineExceeded && !progressing.LastUpdateTime.Equal(&j.leftover) {
		if worst == nil {
			worst = &trouble{object: name(v.deployment), reason: progressing.Reason, message: progressing.Message}
		}
		return worst.after("backend.progressDeadlineSeconds"), 0
	}
	if j.patience == 0 || worst == nil {
		return nil, 0
	}
	if left := j.patience - now.Sub(j.since); left > 0 {
		return nil, left
	}
	return worst.after("backend.rolloutPatienceSeconds"), 0
}

// after is the trouble when a setting's time is over.
func (t *trouble) after(setting string) *trouble {
	over := *t
	over.message = fmt.Sprintf("%s (and no progress for the time in %s)", t.message, setting)
	return &over
}

// worst is what is wrong with the new version: what is final first, then what its pods say, then a refusal of more pods, and
// last the pods that are ended, since others take their place.
func (j *judge) worst(v view) (worst *trouble) {
	set := v.newest()
	if set == nil {
		return nil
	}
	var living, ended []*trouble
	crashes := int32(0)
	for _, pod := range v.podsOf(set) {
		t := podTrouble(pod)
		switch {
		case t == nil:
		case pod.Status.Phase == corev1.PodFailed:
			ended = append(ended, t)
		default:
			living = append(living, t)
			if count := ends(pod) - j.before.ends[pod.UID]; count > 0 {
				crashes += count
				t.final = t.final || crashes >= crashLoop
			}
		}
	}
	if refused := setTrouble(set); refused != nil {
		living = append(living, refused)
	}
	for _, t := range append(living, ended...) {
		if worst == nil || t.final && !worst.final {
			worst = t
		}
	}
	return worst
}

// condition is a condition of a Deployment; its zero value where there is none.
func condition(deployment *appsv1.Deployment, kind appsv1.DeploymentConditionType) appsv1.DeploymentCondition {
	for _, condition := range deployment.Status.Conditions {
		if condition.Type == kind {
			return condition
		}
	}
	return appsv1.DeploymentCondition{}
}

func name(deployment *appsv1.Deployment) string {
	return "Deployment " + deployment.Namespace + "/" + deployment.Name
}
