package policy

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// leastID is the lowest user and group that no host gives to anybody, as Trivy and kubesec have it.
const leastID = 10001

func confinementRules() []rule {
	return []rule{
		{
			name: "unprivileged-user", check: eachPod(unprivilegedUser),
			why: "a process that gets out of its container is nobody on the host",
			covers: append(trivy("0012", "0020", "0021", "0105", "0116", "0118"), "kube-linter/run-as-non-root", "kubesec/RunAsGroup",
				"kubesec/RunAsNonRoot", "kubesec/RunAsUser", "polaris/runAsRootAllowed"),
		},
		{
			name: "no-privileges", check: eachContainer(noPrivileges),
			why: "no program that the backend could start may have more rights than the backend",
			covers: append(trivy("0001", "0017"), "kube-linter/privilege-escalation-container", "kube-linter/privileged-container",
				"kubesec/AllowPrivilegeEscalation", "kubesec/Privileged", "polaris/privilegeEscalationAllowed", "polaris/runAsPrivileged"),
		},
		{
			name: "no-capabilities", check: eachContainer(noCapabilities),
			why: "a server on a port above 1023 needs none",
			covers: append(trivy("0003", "0004", "0005", "0022", "0106", "0119", "0120"), "kube-linter/drop-net-raw-capability",
				"kubesec/CapDropAll", "kubesec/CapDropAny", "kubesec/CapSysAdmin", "polaris/dangerousCapabilities",
				"polaris/insecureCapabilities", "polaris/linuxHardening"),
		},
		{
			name: "read-only-root", check: eachContainer(readOnlyRoot),
			why: "the backend writes no files, so whatever does is not the backend",
			covers: append(trivy("0014"), "kube-linter/no-read-only-root-fs", "kubesec/ReadOnlyRootFilesystem",
				"polaris/notReadOnlyRootFilesystem"),
		},
		{
			name: "seccomp-runtime-default", check: eachPod(seccompRuntimeDefault),
			why:    "the kernel refuses the system calls that no ordinary program makes",
			covers: append(trivy("0030", "0104"), "kubesec/SeccompAny", "kubesec/SeccompUnconfined"),
		},
		{
			name: "default-confinement", check: each(defaultConfinement),
			why: "the kernel's and the runtime's own limits stay as they are",
			covers: append(trivy("0025", "0026", "0027", "0103"), "kube-linter/unsafe-proc-mount", "kube-linter/unsafe-sysctls",
				"kubesec/ApparmorUnconfined", "polaris/hostProcess", "polaris/procMount"),
		},
	}
}

func unprivilegedUser(pod *corev1.PodSpec, report reporter) {
	security := pod.SecurityContext
	if security == nil {
		report("the pods' securityContext must be set")
		return
	}
	if !isTrue(security.RunAsNonRoot) {
		report("runAsNonRoot must be true")
	}
	if security.RunAsUser == nil || *security.RunAsUser < leastID {
		report("runAsUser must be a number above %d", leastID-1)
	}
	if security.RunAsGroup == nil || *security.RunAsGroup < leastID {
		report("runAsGroup must be a number above %d", leastID-1)
	}
	if security.FSGroup != nil || len(security.SupplementalGroups) > 0 {
		report("fsGroup and supplementalGroups must not be set: the process needs no group but its own")
	}
	for _, container := range pod.Containers {
		if own := container.SecurityContext; own != nil &&
			(own.RunAsUser != nil || own.RunAsGroup != nil || own.RunAsNonRoot != nil) {
			report("container %s must not have a user of its own", container.Name)
		}
	}
}

func noPrivileges(container *corev1.Container, report reporter) {
	security := container.SecurityContext
	if security == nil || !isFalse(security.AllowPrivilegeEscalation) {
		report("allowPrivilegeEscalation must be false")
	}
	if security != nil && isTrue(security.Privileged) {
		report("privileged must not be true")
	}
}

func noCapabilities(container *corev1.Container, report reporter) {
	security := container.SecurityContext
	if security == nil || security.Capabilities == nil {
		report("capabilities must drop ALL")
		return
	}
	if drop := security.Capabilities.Drop; len(drop) != 1 || drop[0] != "ALL" {
		report("capabilities must drop ALL, not %v", drop)
	}
	if add := security.Capabilities.Add; len(add) > 0 {
		report("capabilities must add none, not %v", add)
	}
}

func readOnlyRoot(container *corev1.Container, report reporter) {
	if container.SecurityContext == nil || !isTrue(container.SecurityContext.ReadOnlyRootFilesystem) {
		report("readOnlyRootFilesystem must be true")
	}
}

func seccompRuntimeDefault(pod *corev1.PodSpec, report reporter) {
	security := pod.SecurityContext
	if security == nil || security.SeccompProfile == nil || security.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		report("the pods' seccompProfile must be RuntimeDefault")
	}
	for _, container := range pod.Containers {
		if container.SecurityContext != nil && container.SecurityContext.SeccompProfile != nil {
			report("container %s must not have a seccompProfile of its own", container.Name)
		}
	}
}

func defaultConfinement(_ objects, deployment *appsv1.Deployment, report reporter) {
	pod := deployment.Spec.Template.Spec
	for key := range deployment.Spec.Template.Annotations {
		if strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/") {
			report("the pods' annotation %s must not be set", key)
		}
	}
	if security := pod.SecurityContext; security != nil {
		if len(security.Sysctls) > 0 || security.SELinuxOptions != nil || security.WindowsOptions != nil {
			report("the pods' sysctls, seLinuxOptions and windowsOptions must not be set")
		}
		if profile := security.AppArmorProfile; profile != nil && profile.Type != corev1.AppArmorProfileTypeRuntimeDefault {
			report("the pods' appArmorProfile must be RuntimeDefault, not %s", profile.Type)
		}
	}
	for _, container := range pod.Containers {
		if security := container.SecurityContext; security != nil && (security.ProcMount != nil ||
			security.SELinuxOptions != nil || security.WindowsOptions != nil || security.AppArmorProfile != nil) {
			report("container %s must not set procMount, seLinuxOptions, windowsOptions or appArmorProfile", container.Name)
		}
	}
}
