package backend

import (
	"fmt"

	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// newAutoscaler lets the number of pods follow their use of CPU, between the replicas and the most that the settings
// allow. Without a most there is no autoscaler.
func newAutoscaler(
	ctx *pulumi.Context, s settings.Backend, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) error {
	if !s.Autoscaled() {
		return nil
	}
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(ctx, "autoscaler", &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: metadata(s, name, namespace),
		Spec: &autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			ScaleTargetRef: &autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"), Kind: pulumi.String("Deployment"), Name: pulumi.String(name),
			},
			MinReplicas: pulumi.Int(s.Replicas),
			MaxReplicas: pulumi.Int(s.MaxReplicas),
			Metrics: autoscalingv2.MetricSpecArray{&autoscalingv2.MetricSpecArgs{
				Type: pulumi.String("Resource"),
				Resource: &autoscalingv2.ResourceMetricSourceArgs{
					Name: pulumi.String("cpu"),
					Target: &autoscalingv2.MetricTargetArgs{
						Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(s.TargetCPUPercent),
					},
				},
			}},
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the HorizontalPodAutoscaler: %w", err)
	}
	return nil
}
