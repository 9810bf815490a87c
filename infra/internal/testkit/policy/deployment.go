package policy

import (
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func deploymentRules() []rule {
	return []rule{
		{
			name: "rolling-update", check: each(rollingUpdate),
			why:    "a new pod must be ready before an old one goes, or a rollout fails requests",
			covers: []string{"kube-linter/no-rolling-update-strategy", "kube-score/deployment-strategy"},
		},
		{
			name: "rollout-deadline", check: each(rolloutDeadline),
			why: "a rollout that cannot succeed must be told as failed, first by the cluster and then by Pulumi",
		},
		{
			name: "revision-history", check: each(revisionHistory),
			why: "an undo needs the last ReplicaSets, and nobody needs the default of ten",
		},
		{
			name: "minimal-selector", check: each(minimalSelector),
			why: "a Deployment's selector can never change, so it must hold no more than tells its pods from others",
			covers: []string{
				"kube-linter/mismatching-selector", "kube-score/deployment-pod-selector-labels-match-template-metadata-labels",
			},
		},
	}
}

func rollingUpdate(_ objects, deployment *appsv1.Deployment, report reporter) {
	strategy := deployment.Spec.Strategy
	if strategy.Type != appsv1.RollingUpdateDeploymentStrategyType || strategy.RollingUpdate == nil {
		report("strategy must be RollingUpdate")
		return
	}
	if most := strategy.RollingUpdate.MaxUnavailable; most == nil || amount(*most) != 0 {
		report("maxUnavailable must be 0")
	}
	if surge := strategy.RollingUpdate.MaxSurge; surge == nil || amount(*surge) < 1 {
		report("maxSurge must be above 0")
	}
}

// amount is a number or percentage without its sign; what is neither counts as -1.
func amount(value intstr.IntOrString) int {
	if value.Type == intstr.Int {
		return value.IntValue()
	}
	number, err := strconv.Atoi(strings.TrimSuffix(value.StrVal, "%"))
	if err != nil {
		return -1
	}
	return number
}

func rolloutDeadline(_ objects, deployment *appsv1.Deployment, report reporter) {
	deadline := deployment.Spec.ProgressDeadlineSeconds
	if deadline == nil {
		report("progressDeadlineSeconds must be set")
		return
	}
	if deployment.Spec.MinReadySeconds >= *deadline {
		report("minReadySeconds must be below progressDeadlineSeconds, or no rollout can succeed")
	}
	const annotation = "pulumi.com/timeoutSeconds"
	if wait, err := strconv.Atoi(deployment.Annotations[annotation]); err != nil || wait <= int(*deadline) {
		report("the annotation %s must be a number above progressDeadlineSeconds, %d", annotation, *deadline)
	}
	if deployment.Annotations["pulumi.com/skipAwait"] != "" {
		report("the annotation pulumi.com/skipAwait must not be set: nobody would learn that a rollout failed")
	}
	if deployment.Spec.Paused {
		report("paused must not be true")
	}
}

func revisionHistory(_ objects, deployment *appsv1.Deployment, report reporter) {
	if limit := deployment.Spec.RevisionHistoryLimit; limit == nil || *limit < 1 {
		report("revisionHistoryLimit must be set and above 0")
	}
}

func minimalSelector(_ objects, deployment *appsv1.Deployment, report reporter) {
	selector := deployment.Spec.Selector
	if selector == nil || len(selector.MatchExpressions) > 0 || !selects(selector.MatchLabels, deployment.Spec.Template.Labels) {
		report("the selector must be labels of the pods")
		return
	}
	for label := range selector.MatchLabels {
		if label != "app.kubernetes.io/name" && label != "app.kubernetes.io/instance" {
			report("the selector must not hold %s: its value may have to change", label)
		}
	}
}
