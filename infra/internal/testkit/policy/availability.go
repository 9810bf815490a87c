package policy

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// leastReplicas is how many pods there must be, so that one of them can go.
const leastReplicas = 2

func availabilityRules() []rule {
	return []rule{
		{
			name: "several-replicas", check: each(severalReplicas),
			why: "with one pod, the loss of a node is the loss of the service",
			covers: []string{
				"kube-score/deployment-replicas", "kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured",
				"polaris/deploymentMissingReplicas",
			},
		},
		{
			name: "autoscaler-fits", check: each(autoscalerFits),
			why: "an autoscaler that scales nothing, or to one pod, is worse than none",
			covers: []string{
				"kube-linter/dangling-horizontalpodautoscaler", "polaris/hpaMaxAvailability", "polaris/hpaMinAvailability",
			},
		},
		{
			name: "disruption-budget", check: each(disruptionBudget),
			why: "the drain of a node takes one pod at a time, and is never held up by a pod that is not healthy",
			covers: []string{
				"kube-linter/pdb-max-unavailable", "kube-linter/pdb-min-available", "kube-linter/pdb-unhealthy-pod-eviction-policy",
				"kube-score/deployment-has-poddisruptionbudget", "kube-score/poddisruptionbudget-has-policy",
				"polaris/missingPodDisruptionBudget", "polaris/pdbDisruptionsIsZero", "polaris/pdbMinAvailableGreaterThanHPAMinReplicas",
			},
		},
		{
			name: "spread-over-hosts", check: each(spreadOverHosts),
			why:    "the pods of one version must not all be on one host; those that a rollout is about to remove do not count",
			covers: []string{"polaris/topologySpreadConstraint"},
		},
		{
			name: "apart-from-each-other", check: each(apartFromEachOther),
			why:    "during a rollout the new pods keep away from the old ones as well",
			covers: []string{"kube-linter/no-anti-affinity", "kube-score/deployment-has-host-podantiaffinity"},
		},
	}
}

// severalReplicas leaves the number to the autoscaler where there is one: stated in both, every update would undo its choice.
func severalReplicas(all objects, deployment *appsv1.Deployment, report reporter) {
	replicas := deployment.Spec.Replicas
	if slices.ContainsFunc(of[*autoscalingv2.HorizontalPodAutoscaler](all), func(a *autoscalingv2.HorizontalPodAutoscaler) bool {
		return scales(a, deployment)
	}) {
		if replicas != nil {
			report("replicas must not be set: the HorizontalPodAutoscaler chooses")
		}
	} else if replicas == nil || *replicas < leastReplicas {
		report("replicas must be at least %d", leastReplicas)
	}
}

func scales(autoscaler *autoscalingv2.HorizontalPodAutoscaler, deployment *appsv1.Deployment) bool {
	target := autoscaler.Spec.ScaleTargetRef
	return autoscaler.Namespace == deployment.Namespace &&
		target.APIVersion == "apps/v1" && target.Kind == "Deployment" && target.Name == deployment.Name
}

func autoscalerFits(all objects, autoscaler *autoscalingv2.HorizontalPodAutoscaler, report reporter) {
	if !slices.ContainsFunc(of[*appsv1.Deployment](all), func(d *appsv1.Deployment) bool { return scales(autoscaler, d) }) {
		report("scaleTargetRef must name the Deployment")
	}
	if least := autoscaler.Spec.MinReplicas; least == nil || *least < leastReplicas || *least > autoscaler.Spec.MaxReplicas {
		report("minReplicas must be at least %d and not above maxReplicas", leastReplicas)
	}
	if len(autoscaler.Spec.Metrics) == 0 {
		report("metrics must be set")
	}
}

func disruptionBudget(all objects, deployment *appsv1.Deployment, report reporter) {
	var budgets []*policyv1.PodDisruptionBudget
	for _, budget := range of[*policyv1.PodDisruptionBudget](all) {
		if budget.Namespace == deployment.Namespace && budget.Spec.Selector != nil &&
			len(budget.Spec.Selector.MatchExpressions) == 0 &&
			selects(budget.Spec.Selector.MatchLabels, deployment.Spec.Template.Labels) {
			budgets = append(budgets, budget)
		}
	}
	if len(budgets) != 1 {
		report("one PodDisruptionBudget must select the pods, not %d", len(budgets))
		return
	}
	spec := budgets[0].Spec
	if spec.MinAvailable != nil || spec.MaxUnavailable == nil || spec.MaxUnavailable.String() != "1" {
		report("the PodDisruptionBudget's maxUnavailable must be 1, and minAvailable not set")
	}
	if policy := spec.UnhealthyPodEvictionPolicy; policy == nil || *policy != policyv1.AlwaysAllow {
		report("the PodDisruptionBudget's unhealthyPodEvictionPolicy must be AlwaysAllow")
	}
}

func spreadOverHosts(_ objects, deployment *appsv1.Deployment, report reporter) {
	template := deployment.Spec.Template
	for _, constraint := range template.Spec.TopologySpreadConstraints {
		if constraint.TopologyKey == corev1.LabelHostname && constraint.MaxSkew == 1 && constraint.LabelSelector != nil &&
			selects(constraint.LabelSelector.MatchLabels, template.Labels) &&
			slices.Contains(constraint.MatchLabelKeys, appsv1.DefaultDeploymentUniqueLabelKey) {
			return
		}
	}
	report("topologySpreadConstraints must spread the pods of one %s over %s with a skew of 1",
		appsv1.DefaultDeploymentUniqueLabelKey, corev1.LabelHostname)
}

func apartFromEachOther(_ objects, deployment *appsv1.Deployment, report reporter) {
	template := deployment.Spec.Template
	var terms []corev1.PodAffinityTerm
	if affinity := template.Spec.Affinity; affinity != nil && affinity.PodAntiAffinity != nil {
		terms = slices.Clone(affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution)
		for _, preferred := range affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			terms = append(terms, preferred.PodAffinityTerm)
		}
	}
	if !slices.ContainsFunc(terms, func(term corev1.PodAffinityTerm) bool {
		return term.TopologyKey == corev1.LabelHostname && term.LabelSelector != nil &&
			selects(term.LabelSelector.MatchLabels, template.Labels)
	}) {
		report("podAntiAffinity must keep the pods apart by %s", corev1.LabelHostname)
	}
}
