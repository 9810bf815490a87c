package backend

import (
	"strconv"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	// portName is the port of the pods that the Service sends to.
	portName = "http"

	// podUser is the user and the group of the process, as in app/Dockerfile. At 10000 and above they are those of nobody
	// on a host.
	podUser = 65532
)

func pod(args Args, account pulumi.StringInput) *corev1.PodSpecArgs {
	confinement := &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(true),
		RunAsUser:      pulumi.Int(podUser),
		RunAsGroup:     pulumi.Int(podUser),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
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
		NodeSelector:                  nodes(args.Architecture),
		TopologySpreadConstraints:     spread(),
		Affinity:                      apart(),
		Containers:                    corev1.ContainerArray{container(args.Settings, args.Image)},
	}
}

func container(s settings.Backend, image pulumi.StringInput) *corev1.ContainerArgs {
	return &corev1.ContainerArgs{
		Name:  pulumi.String("backend"),
		Image: image,
		Env:   environment(s),
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
		StartupProbe:   probe(contract.StartupPath, 1, 30),
		ReadinessProbe: probe(contract.ReadinessPath, 1, 1),
		LivenessProbe:  probe(contract.LivenessPath, 10, 3),
	}
}

// environment are the variables of the backend. Kubernetes takes $(NAME) in a value for another variable and $$ for one dollar
// (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/), so each dollar is doubled to
// arrive as it is.
func environment(s settings.Backend) corev1.EnvVarArray {
	variable := func(name, value string) *corev1.EnvVarArgs {
		return &corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(strings.ReplaceAll(value, "$", "$$"))}
	}
	variables := corev1.EnvVarArray{
		variable(contract.GreetingVariable, s.Greeting),
		variable("GOMEMLIMIT", s.GoMemoryLimit()),
	}
	if s.MetricsNamespace != "" {
		variables = append(variables, variable(contract.AdminAddressVariable, ":"+strconv.Itoa(contract.AdminPort)))
	}
	return variables
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

// scraping tells a Prometheus that finds its targets by annotations where the metrics are.
func scraping(s settings.Backend) pulumi.StringMap {
	if s.MetricsNamespace == "" {
		return nil
	}
	return pulumi.StringMap{
		"prometheus.io/scrape": pulumi.String("true"),
		"prometheus.io/port":   pulumi.String(strconv.Itoa(contract.AdminPort)),
		"prometheus.io/path":   pulumi.String(contract.MetricsPath),
	}
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
