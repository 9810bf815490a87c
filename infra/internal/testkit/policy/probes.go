package policy

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

const (
	// readinessDelay is the longest that a pod which drains may still count as ready. It is a small part of the
	// contract's drain delay: the rest is for the proxies.
	readinessDelay = 1 * time.Second
	// patience is the least time for which a backend must be dead, or not yet started, before it is killed.
	patience = 10 * time.Second
)

func probeRules() []rule {
	return []rule{
		{
			name: "probes-by-contract", check: eachContainer(probesByContract),
			why: "each of the backend's three paths answers one of the kubelet's three questions, and no other",
			covers: []string{
				"kube-linter/liveness-port", "kube-linter/no-liveness-probe", "kube-linter/no-readiness-probe",
				"kube-linter/readiness-port", "kube-linter/startup-port", "kube-score/pod-probes", "kube-score/pod-probes-identical",
				"polaris/livenessProbeMissing", "polaris/readinessProbeMissing",
			},
		},
		{
			name: "prompt-readiness", check: eachContainer(promptReadiness),
			why: "a pod that drains gets new requests until its probe has failed",
		},
		{
			name: "patient-liveness", check: eachContainer(patientLiveness),
			why: "a pod that is killed for a moment's delay loses its requests",
		},
		{
			name: "graceful-stop", check: eachPod(gracefulStop),
			why: "a pod that is killed while it stops loses the requests in flight",
		},
	}
}

func probesByContract(container *corev1.Container, report reporter) {
	for _, expected := range []struct {
		name, path string
		probe      *corev1.Probe
	}{
		{"startupProbe", contract.StartupPath, container.StartupProbe},
		{"readinessProbe", contract.ReadinessPath, container.ReadinessProbe},
		{"livenessProbe", contract.LivenessPath, container.LivenessProbe},
	} {
		if expected.probe == nil || expected.probe.HTTPGet == nil {
			report("%s must ask %s over HTTP", expected.name, expected.path)
			continue
		}
		get := expected.probe.HTTPGet
		if get.Path != expected.path || get.Host != "" || len(get.HTTPHeaders) > 0 ||
			get.Scheme != "" && get.Scheme != corev1.URISchemeHTTP {
			report("%s must ask the pod for %s over HTTP and nothing else", expected.name, expected.path)
		}
		if number := portNumber(container, get.Port); number != contract.Port {
			report("%s must ask on port %d: %s is port %d", expected.name, contract.Port, get.Port.String(), number)
		}
	}
}

// portNumber is the number of a port of a container, given by name or number; 0 where the container does not declare it.
func portNumber(container *corev1.Container, port intstr.IntOrString) int32 {
	for _, declared := range container.Ports {
		if port.Type == intstr.String && port.StrVal == declared.Name || port.Type == intstr.Int && port.IntVal == declared.ContainerPort {
			return declared.ContainerPort
		}
	}
	return 0
}

func promptReadiness(container *corev1.Container, report reporter) {
	probe := container.ReadinessProbe
	if probe == nil {
		return // probes-by-contract
	}
	if untilFailed(probe) > readinessDelay {
		report("readinessProbe must fail within %s, not %s", readinessDelay, untilFailed(probe))
	}
	if time.Duration(probe.TimeoutSeconds)*time.Second > readinessDelay {
		report("readinessProbe must wait for an answer for %s at most", readinessDelay)
	}
	if probe.SuccessThreshold > 1 || probe.InitialDelaySeconds > 0 {
		report("readinessProbe must succeed at once: startupProbe has already waited")
	}
}

func patientLiveness(container *corev1.Container, report reporter) {
	for name, probe := range map[string]*corev1.Probe{
		"startupProbe": container.StartupProbe, "livenessProbe": container.LivenessProbe,
	} {
		if probe == nil {
			continue // probes-by-contract
		}
		if untilFailed(probe) < patience || probe.FailureThreshold == 1 {
			report("%s must not fail before %s and one failure", name, patience)
		}
		if probe.TerminationGracePeriodSeconds != nil {
			report("%s must not shorten the grace period", name)
		}
	}
}

// untilFailed is how long a probe takes to act on a failure. What is not set is 10 s and 3 failures, by Kubernetes' API.
func untilFailed(probe *corev1.Probe) time.Duration {
	period, failures := probe.PeriodSeconds, probe.FailureThreshold
	if period == 0 {
		period = 10
	}
	if failures == 0 {
		failures = 3
	}
	return time.Duration(period*failures) * time.Second
}

// gracefulStop counts as Kubernetes does: the grace period begins with the preStop hook, which is the kubelet's own sleep,
// because the image holds no command to run.
func gracefulStop(pod *corev1.PodSpec, report reporter) {
	for _, container := range pod.Containers {
		lifecycle := container.Lifecycle
		if lifecycle == nil || lifecycle.PreStop == nil || lifecycle.PreStop.Sleep == nil ||
			time.Duration(lifecycle.PreStop.Sleep.Seconds)*time.Second != contract.PreStopDelay {
			report("lifecycle.preStop of container %s must sleep for %s", container.Name, contract.PreStopDelay)
		}
	}
	const needed = contract.PreStopDelay + contract.StopBudget
	if grace := pod.TerminationGracePeriodSeconds; grace == nil || time.Duration(*grace)*time.Second < needed {
		report("terminationGracePeriodSeconds must be at least %s, the time that a stop takes", needed)
	}
}
