package backend

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// newDisruptionBudget lets the drain of a node take one pod at a time. A pod that is not healthy may always go: otherwise
// one that never becomes so would hold up the node for good.
func newDisruptionBudget(
	ctx *pulumi.Context, s settings.Backend, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) error {
	if _, err := policyv1.NewPodDisruptionBudget(ctx, "disruption-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: metadata(s, name, namespace),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
			Selector:                   &metav1.LabelSelectorArgs{MatchLabels: selector()},
		},
	}, options...); err != nil {
		return fmt.Errorf("declaring the PodDisruptionBudget: %w", err)
	}
	return nil
}
