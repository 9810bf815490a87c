package policy

func confinementWeakenings() map[string]weakening {
	inPod := func(pointer string, value any) change {
		return set("Deployment", podAt+"/securityContext"+pointer, value)
	}
	inContainer := func(pointer string, value any) change { return set("Deployment", securityAt+pointer, value) }
	return map[string]weakening{
		"root may run": {"unprivileged-user pod-security/runAsNonRoot", inPod("/runAsNonRoot", false)},
		"root":         {"unprivileged-user pod-security/runAsUser", inPod("/runAsUser", 0)},
		"user of the host": {
			"unprivileged-user kube-score/container-security-context-user-group-id",
			inPod("/runAsUser", 1000),
		},
		"user of the image":          {"unprivileged-user", drop("Deployment", podAt+"/securityContext/runAsUser")},
		"group root":                 {"unprivileged-user", inPod("/runAsGroup", 0)},
		"group of the image":         {"unprivileged-user", drop("Deployment", podAt+"/securityContext/runAsGroup")},
		"group for files":            {"unprivileged-user", inPod("/fsGroup", 2000)},
		"more groups":                {"unprivileged-user", inPod("/supplementalGroups", []any{0})},
		"root in the container":      {"unprivileged-user", inContainer("/runAsUser", 0)},
		"no confinement of the pods": {"unprivileged-user", drop("Deployment", podAt+"/securityContext")},
		"privileged": {
			"no-privileges pod-security/privileged kube-score/container-security-context-privileged",
			inContainer("/privileged", true),
		},
		"may gain privileges": {"no-privileges", inContainer("/allowPrivilegeEscalation", true)},
		"gaining privileges not said": {
			"no-privileges pod-security/allowPrivilegeEscalation",
			drop("Deployment", securityAt+"/allowPrivilegeEscalation"),
		},
		"no confinement at all": {"no-capabilities", drop("Deployment", securityAt)},
		"capability added":      {"no-capabilities", inContainer("/capabilities/add", []any{"NET_BIND_SERVICE"})},
		"dangerous capability":  {"pod-security/capabilities_baseline", inContainer("/capabilities/add", []any{"SYS_ADMIN"})},
		"capabilities kept": {
			"no-capabilities pod-security/capabilities_restricted",
			drop("Deployment", securityAt+"/capabilities"),
		},
		"one capability dropped": {"no-capabilities", inContainer("/capabilities/drop", []any{"NET_RAW"})},
		"root file system writable": {
			"read-only-root kube-score/container-security-context-readonlyrootfilesystem",
			inContainer("/readOnlyRootFilesystem", false),
		},
		"writing not forbidden": {"read-only-root", drop("Deployment", securityAt+"/readOnlyRootFilesystem")},
		"all system calls": {
			"seccomp-runtime-default pod-security/seccompProfile_baseline",
			inPod("/seccompProfile/type", "Unconfined"),
		},
		"system calls not limited": {
			"seccomp-runtime-default pod-security/seccompProfile_restricted kube-score/container-seccomp-profile",
			drop("Deployment", podAt+"/securityContext/seccompProfile"),
		},
		"all system calls for one": {"seccomp-runtime-default", inContainer("/seccompProfile/type", "Unconfined")},
		"whole of /proc":           {"default-confinement pod-security/procMount", inContainer("/procMount", "Unmasked")},
		"kernel parameter": {
			"default-confinement pod-security/sysctls",
			inPod("/sysctls", []any{map[string]any{"name": "kernel.msgmax", "value": "1"}}),
		},
		"SELinux options":               {"default-confinement", inPod("/seLinuxOptions/type", "spc_t")},
		"SELinux options, Pod Security": {"pod-security/seLinuxOptions", inContainer("/seLinuxOptions/type", "spc_t")},
		"host process of Windows": {
			"default-confinement pod-security/windowsHostProcess",
			inPod("/windowsOptions/hostProcess", true),
		},
		"AppArmor unconfined": {
			"default-confinement pod-security/appArmorProfile",
			inPod("/appArmorProfile/type", "Unconfined"),
		},
		"AppArmor unconfined for one": {"default-confinement", inContainer("/appArmorProfile/type", "Unconfined")},
		"AppArmor unconfined by its note": {
			"default-confinement",
			set("Deployment", templateAt+"/metadata/annotations/"+appArmor, "unconfined"),
		},
	}
}

const appArmor = "container.apparmor.security.beta.kubernetes.io~1backend"
