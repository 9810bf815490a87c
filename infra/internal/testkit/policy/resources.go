package policy

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

func resourceRules() []rule {
	return []rule{
		{
			name: "bounded-resources", check: eachContainer(boundedResources),
			why: "without a request the pod may get nothing, without a limit its neighbours",
			covers: append(trivy("0011", "0015", "0016", "0018"), "kube-linter/unset-cpu-requirements",
				"kube-linter/unset-memory-requirements", "kubesec/LimitsCPU", "kubesec/LimitsMemory", "kubesec/RequestsCPU",
				"kubesec/RequestsMemory", "polaris/cpuLimitsMissing", "polaris/cpuRequestsMissing", "polaris/memoryLimitsMissing",
				"polaris/memoryRequestsMissing"),
		},
		{
			name: "go-memory-limit", check: eachContainer(goMemoryLimit),
			why: "the runtime collects garbage before the kernel kills the process; a tenth is for what it does not count",
		},
	}
}

func boundedResources(container *corev1.Container, report reporter) {
	for _, resource := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		request, limit := container.Resources.Requests[resource], container.Resources.Limits[resource]
		if request.Sign() <= 0 {
			report("requests.%s must be set", resource)
		}
		if limit.Sign() <= 0 {
			report("limits.%s must be set", resource)
		} else if request.Cmp(limit) > 0 {
			report("requests.%s is %s and must not be above the limit, %s", resource, request.String(), limit.String())
		}
	}
}

func goMemoryLimit(container *corev1.Container, report reporter) {
	limit := container.Resources.Limits[corev1.ResourceMemory]
	wanted := strconv.FormatInt(limit.Value()/10*9, 10)
	for _, variable := range container.Env {
		if variable.Name == "GOMEMLIMIT" && variable.Value == wanted {
			return
		}
	}
	report("GOMEMLIMIT must be %s, 90 %% of the memory limit in bytes", wanted)
}
