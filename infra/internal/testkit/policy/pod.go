package policy

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

func podRules() []rule {
	return []rule{
		{
			name: "no-host-access", check: eachPod(noHostAccess),
			why: "what the pods share with the host or with each other is a way out of them",
			covers: append(trivy("0007", "0008", "0009", "0010", "0024"), "kube-linter/host-ipc", "kube-linter/host-network",
				"kube-linter/host-pid", "kubesec/HostAliases", "kubesec/HostIPC", "kubesec/HostNetwork", "kubesec/HostPID",
				"polaris/hostIPCSet", "polaris/hostNetworkSet", "polaris/hostPIDSet", "polaris/hostPortSet"),
		},
		{
			name: "volumes-of-settings", check: eachPod(volumesOfSettings),
			why: "the backend reads the files that its settings name and writes to one bounded folder, so that nothing else is within its reach",
			covers: append(trivy("0006", "0023", "0028", "0121"), "kube-linter/docker-sock", "kube-linter/sensitive-host-mounts",
				"kube-linter/writable-host-mount", "kubesec/DockerSock", "kubesec/ProcMount", "polaris/hostPathSet"),
		},
		{
			name: "no-service-links", check: eachPod(noServiceLinks),
			why: "the kubelet would put every Service of the namespace into the environment, where a name can clash with a setting",
		},
		{
			name: "scheduler-decides", check: eachPod(schedulerDecides),
			why: "pods that are bound to a node go down with it, and others' priorities and taints have their reasons",
		},
		{
			name: "ordinary-pods", check: eachPod(ordinaryPods),
			why:    "these fields change how pods restart or find names, and the backend needs none of it",
			covers: []string{"kube-linter/restart-policy"},
		},
	}
}

func noHostAccess(pod *corev1.PodSpec, report reporter) {
	if pod.HostNetwork || pod.HostPID || pod.HostIPC || isTrue(pod.HostUsers) {
		report("hostNetwork, hostPID, hostIPC and hostUsers must not be true")
	}
	if isTrue(pod.ShareProcessNamespace) {
		report("shareProcessNamespace must not be true")
	}
	if len(pod.HostAliases) > 0 {
		report("hostAliases must not be set")
	}
	for _, container := range pod.Containers {
		for _, port := range container.Ports {
			if port.HostPort != 0 || port.HostIP != "" {
				report("port %d must have no hostPort or hostIP", port.ContainerPort)
			}
		}
	}
}

func volumesOfSettings(pod *corev1.PodSpec, report reporter) {
	writable := map[string]bool{}
	for _, volume := range pod.Volumes {
		switch {
		case volume.EmptyDir != nil && volume.EmptyDir.SizeLimit != nil:
			writable[volume.Name] = true
		case volume.Projected == nil || slices.ContainsFunc(volume.Projected.Sources, func(source corev1.VolumeProjection) bool {
			return source.ConfigMap == nil && source.Secret == nil
		}):
			report("volume %s must be an emptyDir with a sizeLimit, or hold keys of ConfigMaps and Secrets", volume.Name)
		}
	}
	for _, container := range pod.Containers {
		for _, mount := range container.VolumeMounts {
			if !mount.ReadOnly && (!writable[mount.Name] || mount.MountPath != "/tmp") {
				report("container %s must not write to %s: only an emptyDir may be writable, at /tmp", container.Name, mount.MountPath)
			}
			if mount.SubPathExpr != "" || mount.MountPropagation != nil {
				report("container %s must mount %s without subPathExpr and mountPropagation", container.Name, mount.MountPath)
			}
		}
		if len(container.VolumeDevices) > 0 {
			report("container %s must have no volumeDevices", container.Name)
		}
	}
}

func noServiceLinks(pod *corev1.PodSpec, report reporter) {
	if !isFalse(pod.EnableServiceLinks) {
		report("enableServiceLinks must be false")
	}
}

func schedulerDecides(pod *corev1.PodSpec, report reporter) {
	if pod.NodeName != "" {
		report("nodeName must not be set")
	}
	if pod.NodeSelector[corev1.LabelOSStable] != "linux" {
		report("nodeSelector must ask for %s=linux: the image runs nowhere else", corev1.LabelOSStable)
	}
	if _, bound := pod.NodeSelector[corev1.LabelHostname]; bound {
		report("nodeSelector must not ask for %s", corev1.LabelHostname)
	}
	if strings.HasPrefix(pod.PriorityClassName, "system-") || pod.Priority != nil {
		report("priorityClassName must not be one of the system's, and priority must not be set")
	}
	if pod.SchedulerName != "" && pod.SchedulerName != corev1.DefaultSchedulerName {
		report("schedulerName must not be set")
	}
	for _, toleration := range pod.Tolerations {
		if toleration.Key == "" {
			report("tolerations must name a taint: this one tolerates all of them")
		}
	}
}

func ordinaryPods(pod *corev1.PodSpec, report reporter) {
	if pod.RestartPolicy != "" && pod.RestartPolicy != corev1.RestartPolicyAlways {
		report("restartPolicy must be Always")
	}
	if pod.ActiveDeadlineSeconds != nil {
		report("activeDeadlineSeconds must not be set: it ends the pods")
	}
	if pod.DNSPolicy != "" && pod.DNSPolicy != corev1.DNSClusterFirst || pod.DNSConfig != nil {
		report("dnsPolicy and dnsConfig must not be set")
	}
	if pod.Hostname != "" || pod.Subdomain != "" || isTrue(pod.SetHostnameAsFQDN) {
		report("hostname, subdomain and setHostnameAsFQDN must not be set")
	}
	if len(pod.ReadinessGates) > 0 || len(pod.SchedulingGates) > 0 || pod.RuntimeClassName != nil || len(pod.ResourceClaims) > 0 {
		report("readinessGates, schedulingGates, runtimeClassName and resourceClaims must not be set")
	}
}
