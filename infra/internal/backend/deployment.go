package backend

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// awaitMargin is how much longer Pulumi waits than a rollout may take, so that the cluster's verdict comes first. Without
// a bound a rollout that cannot succeed holds an update for 10 minutes.
const awaitMargin = 5 * time.Second

// awaitTimeout is how long Pulumi waits for a rollout. The deadline of the Deployment is for each step forward, and there
// are as many steps as the surge takes to replace all pods.
func awaitTimeout(s settings.Backend) time.Duration {
	deadline := time.Duration(s.ProgressDeadlineSeconds) * time.Second
	pods := max(s.Replicas, s.MaxReplicas)
	percentage, isPercentage := strings.CutSuffix(s.MaxSurge, "%")
	step, err := strconv.Atoi(percentage)
	switch {
	case err != nil:
		step = 1 // never so: the settings are checked
	case isPercentage:
		step = divideUp(pods*step, 100)
	}
	return deadline*time.Duration(divideUp(pods, step)) + awaitMargin
}

func divideUp(dividend, divisor int) int { return (dividend + divisor - 1) / divisor }

// newDeployment declares the pods and how they are replaced: a new one must be ready before an old one goes.
func newDeployment(
	ctx *pulumi.Context, args Args, namespace, account pulumi.StringInput, from sources, options []pulumi.ResourceOption,
) error {
	meta := metadata(args.Settings, name, namespace)
	annotations := annotations(args.Settings)
	annotations["pulumi.com/timeoutSeconds"] = pulumi.String(strconv.Itoa(seconds(awaitTimeout(args.Settings))))
	if args.Settings.Autoscaled() {
		// Without the field Kubernetes would go to one pod before the autoscaler has its say: Pulumi leaves it as it is. The
		// annotation makes switching the autoscaler off a change of the Deployment, which takes the field back.
		options = append(slices.Clone(options), pulumi.IgnoreChanges([]string{"spec.replicas"}))
		annotations["ashapp-backend/scaled-by"] = pulumi.String("HorizontalPodAutoscaler")
	}
	meta.Annotations = annotations
	_, err := appsv1.NewDeployment(ctx, "deployment", &appsv1.DeploymentArgs{
		Metadata: meta,
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas:                replicas(args.Settings),
			ProgressDeadlineSeconds: pulumi.Int(args.Settings.ProgressDeadlineSeconds),
			RevisionHistoryLimit:    pulumi.Int(args.Settings.RevisionHistoryLimit),
			MinReadySeconds:         pulumi.Int(args.Settings.MinReadySeconds),
			Selector:                &metav1.LabelSelectorArgs{MatchLabels: selector()},
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxUnavailable: pulumi.Int(0),
					MaxSurge:       surge(args.Settings.MaxSurge),
				},
			},
			Template: &corev1.PodTemplateSpecArgs{
				Metadata: &metav1.ObjectMetaArgs{Labels: labels(args.Settings, namespace), Annotations: podAnnotations(args.Settings)},
				Spec:     pod(args, account, from),
			},
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the Deployment: %w", err)
	}
	return nil
}

// replicas is left out where an autoscaler chooses: every update would undo its choice.
func replicas(s settings.Backend) pulumi.IntPtrInput {
	if s.Autoscaled() {
		return nil
	}
	return pulumi.Int(s.Replicas)
}

// surge is a number where it can be: Kubernetes takes text for percentages only.
func surge(value string) pulumi.Input {
	if number, err := strconv.Atoi(value); err == nil {
		return pulumi.Int(number)
	}
	return pulumi.String(value)
}

// seconds rounds up: a period that is cut short is worse than one that is too long.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
