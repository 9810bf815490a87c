package policy

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func manifestRules() []rule {
	return []rule{
		{
			name: knownKinds,
			why:  "what no rule looks at could be anything: rights, secrets, an entrance without TLS",
			covers: slices.Concat(
				[]string{
					"kube-linter/access-to-create-pods", "kube-linter/access-to-secrets", "kube-linter/cluster-admin-role-binding",
					"kube-linter/dangling-ingress", "kube-linter/dangling-servicemonitor", "kube-linter/job-ttl-seconds-after-finished",
					"kube-linter/no-extensions-v1beta", "kube-linter/scc-deny-privileged-container", "kube-linter/wildcard-in-rules",
					"kube-score/cronjob-has-deadline", "kube-score/cronjob-restartpolicy", "kube-score/ingress-targets-service",
					"kube-score/statefulset-has-host-podantiaffinity", "kube-score/statefulset-has-poddisruptionbudget",
					"kube-score/statefulset-has-servicename",
					"kube-score/statefulset-pod-selector-labels-match-template-metadata-labels",
					"kubesec/BindingsToSystemAnonymous", "kubesec/VolumeClaimAccessModeReadWriteOnce", "kubesec/VolumeClaimRequestsStorage",
					"polaris/clusterrolePodExecAttach", "polaris/clusterrolebindingClusterAdmin", "polaris/clusterrolebindingPodExecAttach",
					"polaris/rolePodExecAttach", "polaris/rolebindingClusterAdminClusterRole", "polaris/rolebindingClusterAdminRole",
					"polaris/rolebindingClusterRolePodExecAttach", "polaris/rolebindingRolePodExecAttach",
					"polaris/tlsSettingsMissing",
				},
				trivy("0041", "0042", "0043", "0044", "0045", "0046", "0047", "0048", "0049", "0050", "0051", "0052", "0053", "0054",
					"0055", "0056", "0107", "01010", "01011", "0111", "0112", "0113", "0114", "0115", "0122", "0123", "0124"),
			),
		},
		{
			name:   knownFields,
			why:    "a misspelt field is dropped, and what it was to forbid is allowed",
			covers: []string{"kube-linter/schema-validation"},
		},
		{
			name: "complete", check: complete,
			why: "a rule about an object that is not there would never be broken",
		},
		{
			name: "recommended-labels", check: recommendedLabels,
			why: "by these, tools find what belongs together: " +
				"https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
		},
	}
}

// trivy makes the ids of Trivy's checks for Kubernetes out of their numbers.
func trivy(numbers ...string) (ids []string) {
	for _, number := range numbers {
		ids = append(ids, "trivy/KSV-"+number)
	}
	return ids
}

// complete wants exactly one of what the backend cannot do without. What protects it has rules of its own.
func complete(all objects, report func(object, string)) {
	for kind, count := range map[string]int{
		"Namespace":      len(of[*corev1.Namespace](all)),
		"ServiceAccount": len(of[*corev1.ServiceAccount](all)),
		"Deployment":     len(of[*appsv1.Deployment](all)),
		"Service":        len(of[*corev1.Service](all)),
	} {
		if count != 1 {
			report(nil, "there must be one "+kind)
		}
	}
}

// recommendedLabels also looks at the pods.
func recommendedLabels(all objects, report func(object, string)) {
	for _, one := range all {
		for _, missing := range missingLabels(one.GetLabels()) {
			report(one, "the label "+missing+" must be set")
		}
	}
	for _, deployment := range of[*appsv1.Deployment](all) {
		for _, missing := range missingLabels(deployment.Spec.Template.Labels) {
			report(deployment, "the pods' label "+missing+" must be set")
		}
	}
}

func missingLabels(labels map[string]string) (missing []string) {
	for _, key := range []string{"name", "instance", "component", "part-of", "managed-by"} {
		if labels["app.kubernetes.io/"+key] == "" {
			missing = append(missing, "app.kubernetes.io/"+key)
		}
	}
	return missing
}

// selects tells whether a selector's labels pick what has these labels. Unlike in Kubernetes, no labels pick nothing.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return len(selector) > 0
}
