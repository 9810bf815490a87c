package policy

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// rule is one of our own.
type rule struct {
	name string
	// why is the reason for it, for whoever wants to break it.
	why string
	// covers lists the checks of other tools that it stands for, as tool/check.
	covers []string
	// check is nil where decode is what reports it.
	check check
}

// check reports every object that breaks a rule, and nil for one that is missing.
type check func(all objects, report func(on object, message string))

// reporter reports the object at hand.
type reporter func(format string, arguments ...any)

// rules is the table of our own rules, by what they are about.
func rules() []rule {
	return slices.Concat(
		manifestRules(), namespaceRules(), accountRules(), contentRules(), containerRules(), confinementRules(), resourceRules(), podRules(),
		probeRules(), deploymentRules(), availabilityRules(), serviceRules(), networkRules(),
	)
}

// each makes a check out of a judgement of one object of a kind among all.
func each[T object](judge func(all objects, one T, report reporter)) check {
	return func(all objects, report func(object, string)) {
		for _, one := range of[T](all) {
			judge(all, one, func(format string, arguments ...any) { report(one, fmt.Sprintf(format, arguments...)) })
		}
	}
}

// eachPod makes a check out of a judgement of one Deployment's pods.
func eachPod(judge func(pod *corev1.PodSpec, report reporter)) check {
	return each(func(_ objects, deployment *appsv1.Deployment, report reporter) {
		judge(&deployment.Spec.Template.Spec, report)
	})
}

// eachContainer makes a check out of a judgement of one container. There are no others than the plain ones: only-the-backend.
func eachContainer(judge func(container *corev1.Container, report reporter)) check {
	return eachPod(func(pod *corev1.PodSpec, report reporter) {
		for i := range pod.Containers {
			judge(&pod.Containers[i], report)
		}
	})
}

// isTrue and isFalse tell what a field says; one that is not set says neither.
func isTrue(field *bool) bool  { return field != nil && *field }
func isFalse(field *bool) bool { return field != nil && !*field }
