package policy

func objectWeakenings() map[string]weakening {
	labels := "/metadata/labels/"
	enforced := labels + "pod-security.kubernetes.io~1"
	rights := map[string]any{"rules": []any{map[string]any{"apiGroups": []any{"*"}, "resources": []any{"*"}, "verbs": []any{"*"}}}}
	return map[string]weakening{
		"Pod Security baseline":          {"pod-security-enforced", set("Namespace", enforced+"enforce", "baseline")},
		"Pod Security not enforced":      {"pod-security-enforced", drop("Namespace", enforced+"enforce")},
		"Pod Security of any version":    {"pod-security-enforced", set("Namespace", enforced+"enforce-version", "latest")},
		"Pod Security not audited":       {"pod-security-enforced", drop("Namespace", enforced+"audit")},
		"Pod Security without a warning": {"pod-security-enforced", set("Namespace", enforced+"warn", "privileged")},
		"default namespace":              {"declared-namespace", set("Deployment", "/metadata/namespace", "default")},
		"no namespace":                   {"declared-namespace", drop("Service", "/metadata/namespace")},
		"policy in another namespace":    {"declared-namespace", set("NetworkPolicy default-deny", "/metadata/namespace", "ashapp")},
		"namespace of the cluster":       {"declared-namespace", set("Namespace", "/metadata/name", "kube-system")},

		"no namespace declared":      {"complete", without("Namespace")},
		"no account declared":        {"complete", without("ServiceAccount")},
		"no Deployment":              {"complete", without("Deployment")},
		"no Service":                 {"complete", without("Service")},
		"label of an object missing": {"recommended-labels", drop("Service", labels+"app.kubernetes.io~1part-of")},
		"label of the pods missing":  {"recommended-labels", drop("Deployment", templateAt+labels+"app.kubernetes.io~1component")},
		"label of the instance":      {"recommended-labels", drop("Namespace", labels+"app.kubernetes.io~1instance")},
		"labels of the budget":       {"recommended-labels", drop("PodDisruptionBudget", "/metadata/labels")},
		"label that is not one":      {"kube-score/label-values", set("Service", labels+"app.kubernetes.io~1part-of", "not a label!")},
		"misspelt field":             {"known-fields", set("Deployment", securityAt+"/readOnlyRootFileSystem", true)},
		"field at the wrong place":   {"known-fields", set("Deployment", "/spec/terminationGracePeriodSeconds", 30)},
		"field of another kind":      {"known-fields", set("Service", "/spec/replicas", 2)},
		"every right":                {"known-kinds", with("rbac.authorization.k8s.io/v1", "ClusterRole", rights)},
		"claim among the manifests":  {"known-kinds", with("v1", "PersistentVolumeClaim", map[string]any{"spec": map[string]any{}})},
		"entrance without TLS":       {"known-kinds", with("networking.k8s.io/v1", "Ingress", map[string]any{"spec": map[string]any{}})},
		"pod without a Deployment":   {"known-kinds", with("v1", "Pod", map[string]any{"spec": map[string]any{"containers": []any{}}})},
		"deprecated API":             {"known-kinds", set("PodDisruptionBudget", "/apiVersion", "policy/v1beta1")},
		"deprecated, for kube-score": {"kube-score/stable-version", set("Deployment", "/apiVersion", "apps/v1beta1")},
	}
}
