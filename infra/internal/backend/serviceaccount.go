package backend

import (
	"fmt"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// newServiceAccount gives the pods an identity of their own, with no rights and no token: whatever somebody grants to the
// namespace's default account is not theirs. It returns the name, for what must wait for the account.
func newServiceAccount(
	ctx *pulumi.Context, s settings.Backend, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) (pulumi.StringOutput, error) {
	meta := metadata(s, name, namespace)
	annotations := annotations(s)
	maps.Copy(annotations, pulumi.ToStringMap(s.ServiceAccountAnnotations))
	meta.Annotations = annotations
	account, err := corev1.NewServiceAccount(ctx, "service-account", &corev1.ServiceAccountArgs{
		Metadata:                     meta,
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, options...)
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("declaring the ServiceAccount: %w", err)
	}
	return account.Metadata.Name().Elem(), nil
}
