package backend

import (
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	// portName is the port of the pods that the Service sends to.
	portName = "http"
)

func pod(args Args, account pulumi.StringInput, from sources) *corev1.PodSpecArgs {
	confinement := &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(true),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
	if user, err := strconv.Atoi(args.Settings.RunAsUser); err == nil { // otherwise it is empty: the settings are checked
		confinement.RunAsUser, confinement.RunAsGroup = pulumi.Int(user), pulumi.Int(user)
	}
	if profile := args.Settings.AppArmorProfile; profile != "" {
		confinement.AppArmorProfile = &corev1.AppArmorProfileArgs{Type: pulumi.String(profile)}
	}
	return &corev1.PodSpecArgs{
		ServiceAccountName:            account.ToStringOutput().ToStringPtrOutput(),
		AutomountServiceAccountToken:  pulumi.Bool(false),
		EnableServiceLinks:            pulumi.Bool(false), // the backend looks for no Service in its environment
		TerminationGracePeriodSeconds: pulumi.Int(seconds(contract.TerminationGracePeriod)),
		SecurityContext:               confinement,
		NodeSelector:                  nodes(args.Settings, args.Architecture),
		Tolerations:                   tolerations(args.Settings),
		PriorityClassName:             priority(args.Settings),
		ImagePullSecrets:              pullSecrets(args.Settings),
		TopologySpreadConstraints:     spread(),
		Affinity:                      apart(),
		Containers:                    corev1.ContainerArray{container(args.Settings, args.Image, from)},
		Volumes:                       volumes(args.Settings, from),
	}
}

func container(s settings.Backend, image pulumi.StringInput, from sources) *corev1.ContainerArgs {
	return &corev1.ContainerArgs{
		Name:  pulumi.String("backend"),
		Image: image,
		Env:   environment(s, from),
		Ports: containerPorts(s),
		Lifecycle: &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
			Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(seconds(contract.PreStopDelay))},
		}},
		Resources: &corev1.ResourceRequirementsArgs{
			Requests: resources(s.CPURequest, s.MemoryRequest, s.EphemeralStorageRequest),
			Limits:   resources(s.CPULimit, s.MemoryLimit, s.EphemeralStorageLimit),
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		},
		VolumeMounts:   mounts(s),
		StartupProbe:   probe(contract.StartupPath, 1, 30),
		ReadinessProbe: probe(contract.ReadinessPath, 1, 1),
		LivenessProbe:  probe(contract.LivenessPath, 10, 3),
	}
}

func containerPorts(s settings.Backend) corev1.ContainerPortArray {
	port := func(name string, number int) *corev1.ContainerPortArgs {
		return &corev1.ContainerPortArgs{Name: pulumi.String(name), ContainerPort: pulumi.Int(number)}
	}
	open := corev1.ContainerPortArray{port(portName, contract.Port)}
	if s.MetricsNamespace != "" {
		open = append(open, port("admin", contract.AdminPort))
	}
	return open
}

// podAnnotations are the stack file's, and tell a Prometheus that finds its targets by annotations where the metrics are.
func podAnnotations(s settings.Backend) pulumi.StringMap {
	if s.MetricsNamespace == "" && len(s.PodAnnotations) == 0 {
		return nil
	}
	all := pulumi.ToStringMap(s.PodAnnotations)
	if s.MetricsNamespace != "" {
		all["prometheus.io/scrape"] = pulumi.String("true")
		all["prometheus.io/port"] = pulumi.String(strconv.Itoa(contract.AdminPort))
		all["prometheus.io/path"] = pulumi.String(contract.MetricsPath)
	}
	return all
}

func resources(cpu, memory, ephemeralStorage string) pulumi.StringMap {
	return pulumi.StringMap{
		"cpu": pulumi.String(cpu), "memory": pulumi.String(memory), "ephemeral-storage": pulumi.String(ephemeralStorage),
	}
}

// probe asks a path every so many seconds and acts after so many failures in a row. Readiness acts on the first one, so
// that a pod that drains is out of the Service within a second.
func probe(path string, periodSeconds, failures int) *corev1.ProbeArgs {
	return &corev1.ProbeArgs{
		HttpGet:          &corev1.HTTPGetActionArgs{Path: pulumi.String(path), Port: pulumi.String(portName)},
		PeriodSeconds:    pulumi.Int(periodSeconds),
		TimeoutSeconds:   pulumi.Int(1),
		FailureThreshold: pulumi.Int(failures),
	}
}
