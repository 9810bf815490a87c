package policy

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func accountRules() []rule {
	return []rule{
		{
			name: "own-service-account", check: each(ownServiceAccount),
			why: "whatever somebody grants to the namespace's default account is not the backend's",
			covers: []string{
				"kube-linter/default-service-account", "kube-linter/deprecated-service-account-field",
				"kube-linter/non-existent-service-account", "kubesec/ServiceAccountName",
			},
		},
		{
			name: "pod-without-token", check: eachPod(podWithoutToken),
			why:    "the backend never calls the API server, so a token in its files would serve an intruder only",
			covers: append(trivy("0036"), "kubesec/AutomountServiceAccountToken", "polaris/automountServiceAccountToken"),
		},
		{
			name: "account-without-token", check: each(accountWithoutToken),
			why: "other pods under this account get no token either",
		},
	}
}

func ownServiceAccount(all objects, deployment *appsv1.Deployment, report reporter) {
	pod := deployment.Spec.Template.Spec
	if pod.ServiceAccountName == "" || pod.ServiceAccountName == "default" {
		report("serviceAccountName must name an account of the backend's own, not %q", pod.ServiceAccountName)
	}
	if pod.DeprecatedServiceAccount != "" {
		report("serviceAccount is deprecated: use serviceAccountName")
	}
	for _, account := range of[*corev1.ServiceAccount](all) {
		if account.Name == pod.ServiceAccountName && account.Namespace == deployment.Namespace {
			return
		}
	}
	report("the ServiceAccount %s must be declared: its pods are refused while it does not exist", pod.ServiceAccountName)
}

func podWithoutToken(pod *corev1.PodSpec, report reporter) {
	if !isFalse(pod.AutomountServiceAccountToken) {
		report("the pods' automountServiceAccountToken must be false")
	}
}

func accountWithoutToken(_ objects, account *corev1.ServiceAccount, report reporter) {
	if !isFalse(account.AutomountServiceAccountToken) {
		report("automountServiceAccountToken must be false")
	}
	if len(account.Secrets) > 0 {
		report("secrets must not be set: each is a token that does not expire")
	}
}
