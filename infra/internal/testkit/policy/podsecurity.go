package policy

import (
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurity holds the pods to the Pod Security Standards, level restricted, in the newest version that is known here:
// https://kubernetes.io/docs/concepts/security/pod-security-standards/. Results carry no name, so every check is
// evaluated alone.
func podSecurity(all objects) (findings []Finding, err error) {
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, check := range policy.DefaultChecks() {
		evaluator, err := policy.NewEvaluator([]policy.Check{check})
		if err != nil {
			return nil, fmt.Errorf("preparing the Pod Security check %s: %w", check.ID, err)
		}
		for _, deployment := range of[*appsv1.Deployment](all) {
			template := deployment.Spec.Template
			for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
				if result.Allowed {
					continue
				}
				findings = append(findings, Finding{
					Rule:    "pod-security/" + string(check.ID),
					Object:  nameOf(deployment),
					Message: strings.TrimSuffix(result.ForbiddenReason+": "+result.ForbiddenDetail, ": "),
				})
			}
		}
	}
	return findings, nil
}
