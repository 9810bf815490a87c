package policy

// elsewhere maps the checks of other tools that no rule of ours stands for, because Pod Security or kube-score does, to
// the rule of theirs.
func elsewhere() map[string]string {
	return map[string]string{
		"kube-linter/duplicate-env-var": "kube-score/environment-variable-key-duplication",
	}
}

// leftOut maps the checks of other tools that nothing stands for to the reason. Trivy's checks of the cluster itself (of
// its API server, kubelets, etcd and files, KCV-...) are not about manifests and not listed.
func leftOut() map[string]string {
	const (
		appArmor = "a node without AppArmor refuses pods that name a profile, so it is a setting; unconfined is refused"
		registry = "which registry is trusted is the stack's setting, and the digest says what comes from it"
		priority = "importance among others is the cluster owner's to give"
		two      = "two pods are what the design asks for: one can go; a setting asks for more"
		quota    = "one workload with requests and limits of its own lives in the namespace; what else gets there is its owner's choice"
	)
	reasons := map[string]string{
		"kube-linter/dnsconfig-options":          "the backend looks up no names",
		"kube-linter/env-value-from":             "what others keep in the namespace is not among the manifests",
		"kube-linter/read-secret-from-env-var":   "a Secret as a variable or as a file is the setting's to choose: many libraries read the environment only",
		"kube-linter/hpa-minimum-three-replicas": two,
		"kube-linter/minimum-three-replicas":     two,
		"kube-linter/no-node-affinity":           "any node will do",
		"kube-linter/priority-class-name":        priority,
		"kube-linter/required-annotation-email":  "whom to ask is in the repository",
		"kube-linter/required-label-owner":       "whom to ask is in the repository",
		"kube-linter/sorted-keys":                "the manifests are objects and not text",
		"kubesec/ApparmorAny":                    appArmor,
		"kubesec/HostUsers":                      "user namespaces need containerd 2 and Linux 6.3, which not every node has; true is refused",
		"polaris/metadataAndInstanceMismatched":  "instances are told apart by namespace, their objects have the same names",
		"polaris/priorityClassNotSet":            priority,
		"polaris/pullPolicyNotAlways":            "see the waiver of kube-score/container-image-pull-policy",
	}
	for reason, ids := range map[string][]string{
		appArmor: trivy("0002"),
		registry: trivy("0032", "0033", "0034", "0035", "0125"),
		quota:    trivy("0039", "0040"),
	} {
		for _, id := range ids {
			reasons[id] = reason
		}
	}
	return reasons
}
