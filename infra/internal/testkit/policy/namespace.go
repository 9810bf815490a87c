package policy

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

func namespaceRules() []rule {
	return []rule{
		{
			name: "pod-security-enforced", check: each(podSecurityEnforced),
			why: "the API server then refuses pods that are not confined, whoever makes them; a version that is not pinned " +
				"could refuse tomorrow what runs today",
		},
		{
			name: "declared-namespace", check: declaredNamespace,
			why:    "what is in another namespace is neither protected by this one's rules nor removed with it",
			covers: append(trivy("0037", "0110"), "kube-linter/use-namespace"),
		},
	}
}

var pinnedVersion = regexp.MustCompile(`^v1\.[0-9]+$`)

func podSecurityEnforced(_ objects, namespace *corev1.Namespace, report reporter) {
	for _, mode := range []string{"enforce", "warn", "audit"} {
		key := "pod-security.kubernetes.io/" + mode
		if level := namespace.Labels[key]; level != "restricted" {
			report("the label %s must be restricted, not %q", key, level)
		}
		if version := namespace.Labels[key+"-version"]; !pinnedVersion.MatchString(version) {
			report("the label %s-version must be a version such as v1.34, not %q", key, version)
		}
	}
}

func declaredNamespace(all objects, report func(object, string)) {
	declared := map[string]bool{}
	for _, namespace := range of[*corev1.Namespace](all) {
		declared[namespace.Name] = true
		if namespace.Name == "default" || strings.HasPrefix(namespace.Name, "kube-") {
			report(namespace, "the namespace must be one of the backend's own")
		}
	}
	for _, one := range all {
		if _, isNamespace := one.(*corev1.Namespace); !isNamespace && !declared[one.GetNamespace()] {
			report(one, "the object must be in the declared Namespace")
		}
	}
}
