package backend

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// podSecurityVersion is the release of Kubernetes whose rules count, so that a newer cluster does not refuse tomorrow what
// it takes today.
const podSecurityVersion = "v1.34"

// newNamespace refuses pods that are not confined, whoever makes them (Pod Security Standards, level restricted). It
// returns the name as an output of the Namespace, so that what uses it waits for the Namespace.
func newNamespace(
	ctx *pulumi.Context, s settings.Backend, options []pulumi.ResourceOption,
) (pulumi.StringOutput, error) {
	namespaceLabels := labels(s, pulumi.String(s.Namespace))
	for _, mode := range []string{"enforce", "warn", "audit"} {
		namespaceLabels["pod-security.kubernetes.io/"+mode] = pulumi.String("restricted")
		namespaceLabels["pod-security.kubernetes.io/"+mode+"-version"] = pulumi.String(podSecurityVersion)
	}
	namespace, err := corev1.NewNamespace(ctx, "namespace", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(s.Namespace), Labels: namespaceLabels, Annotations: annotations(s)},
	}, options...)
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("declaring the Namespace: %w", err)
	}
	return namespace.Metadata.Name().Elem(), nil
}
