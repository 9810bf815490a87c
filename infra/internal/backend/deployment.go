package backend

import (
	"fmt"
	"strconv"
	"time"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

const (
	// portName is the port of the pods that the Service sends to.
	portName = "http"
	// awaitMargin is how much longer Pulumi waits than the rollout may go without progress, so that the cluster's verdict
	// comes first. Without a bound a rollout that cannot succeed holds an update for 10 minutes.
	awaitMargin = 5 * time.Second
)

// newDeployment declares the pods and how they are replaced: a new one must be ready before an old one goes.
func newDeployment(
	ctx *pulumi.Context, args Args, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) error {
	deadline := time.Duration(args.Settings.ProgressDeadlineSeconds) * time.Second
	meta := metadata(name, namespace.ToStringOutput().ToStringPtrOutput())
	meta.Annotations = pulumi.StringMap{
		"pulumi.com/timeoutSeconds": pulumi.String(strconv.Itoa(seconds(deadline + awaitMargin))),
	}
	_, err := appsv1.NewDeployment(ctx, "deployment", &appsv1.DeploymentArgs{
		Metadata: meta,
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas:                pulumi.Int(args.Settings.Replicas),
			ProgressDeadlineSeconds: pulumi.Int(seconds(deadline)),
			Selector:                &metav1.LabelSelectorArgs{MatchLabels: selector()},
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxUnavailable: pulumi.Int(0),
					// All new pods start beside the old ones, so a rollout takes as long as the start of one pod.
					MaxSurge: pulumi.String("100%"),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: labels()},
				Spec: &corev1.PodSpecArgs{
					AutomountServiceAccountToken:  pulumi.Bool(false),
					TerminationGracePeriodSeconds: pulumi.Int(seconds(contract.TerminationGracePeriod)),
					SecurityContext: &corev1.PodSecurityContextArgs{
						RunAsNonRoot:   pulumi.Bool(true),
						SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
					},
					Containers: corev1.ContainerArray{container(args.Settings, args.Image)},
				},
			},
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the Deployment: %w", err)
	}
	return nil
}

func container(s settings.Backend, image pulumi.StringInput) *corev1.ContainerArgs {
	return &corev1.ContainerArgs{
		Name:  pulumi.String("backend"),
		Image: image,
		Env: corev1.EnvVarArray{
			&corev1.EnvVarArgs{Name: pulumi.String(contract.GreetingVariable), Value: pulumi.String(s.Greeting)},
		},
		Ports: corev1.ContainerPortArray{&corev1.ContainerPortArgs{
			Name: pulumi.String(portName), ContainerPort: pulumi.Int(contract.Port),
		}},
		Resources: &corev1.ResourceRequirementsArgs{
			Requests: pulumi.StringMap{"cpu": pulumi.String(s.CPURequest), "memory": pulumi.String(s.MemoryRequest)},
			Limits:   pulumi.StringMap{"cpu": pulumi.String(s.CPULimit), "memory": pulumi.String(s.MemoryLimit)},
		},
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		},
		StartupProbe:   probe(contract.LivenessPath, 1, 30),
		ReadinessProbe: probe(contract.ReadinessPath, 1, 1),
		LivenessProbe:  probe(contract.LivenessPath, 10, 3),
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

// seconds rounds up: a period that is cut short is worse than one that is too long.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
