package policy

import (
	corev1 "k8s.io/api/core/v1"
)

func contentRules() []rule {
	return []rule{
		{
			name: "content-for-good", check: contentForGood,
			why: "pods of two versions would otherwise have the same content, and an earlier version could not have its own back",
		},
		{
			name: "no-secrets-in-config-maps", check: each(noSecretsInConfigMaps),
			why:    "a ConfigMap is readable for whoever may look at the namespace",
			covers: append(trivy("0109"), "polaris/sensitiveConfigmapContent"),
		},
		{
			name: "plain-secrets", check: each(plainSecrets),
			why: "Kubernetes gives Secrets of other types a meaning: a token of an account, a login to a registry",
		},
	}
}

func contentForGood(all objects, report func(object, string)) {
	const immutable = "immutable must be true"
	for _, configMap := range of[*corev1.ConfigMap](all) {
		if !isTrue(configMap.Immutable) {
			report(configMap, immutable)
		}
	}
	for _, secret := range of[*corev1.Secret](all) {
		if !isTrue(secret.Immutable) {
			report(secret, immutable)
		}
	}
}

func noSecretsInConfigMaps(_ objects, configMap *corev1.ConfigMap, report reporter) {
	for key, value := range configMap.Data {
		if secretValue.MatchString(value) {
			report("%s looks like a secret", key)
		}
	}
	if len(configMap.BinaryData) > 0 {
		report("binaryData must not be set: nobody can tell what it is")
	}
}

func plainSecrets(_ objects, secret *corev1.Secret, report reporter) {
	if secret.Type != "" && secret.Type != corev1.SecretTypeOpaque {
		report("type must be %s, not %s", corev1.SecretTypeOpaque, secret.Type)
	}
}
