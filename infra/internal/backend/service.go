package backend

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// servicePort is the port of the Service within the cluster.
const servicePort = 80

// newService leads to the ready pods: within the cluster, and as a NodePort on a fixed port of every node.
func newService(
	ctx *pulumi.Context, s settings.Backend, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) error {
	meta := metadata(s, name, namespace)
	// Pulumi would watch the endpoints for 10 s more, even when they are there. The Deployment is awaited, which is as good.
	annotations := annotations(s)
	annotations["pulumi.com/skipAwait"] = pulumi.String("true")
	meta.Annotations = annotations
	port := &corev1.ServicePortArgs{
		Name: pulumi.String(portName), Port: pulumi.Int(servicePort), TargetPort: pulumi.String(portName),
	}
	if s.ServiceType == settings.NodePort {
		port.NodePort = pulumi.Int(s.NodePort)
	}
	_, err := corev1.NewService(ctx, "service", &corev1.ServiceArgs{
		Metadata: meta,
		Spec: &corev1.ServiceSpecArgs{
			Type: pulumi.String(s.ServiceType), Selector: selector(), Ports: corev1.ServicePortArray{port},
		},
		// Two Services cannot hold the same node port, not even while one replaces the other.
	}, append([]pulumi.ResourceOption{pulumi.DeleteBeforeReplace(true)}, options...)...)
	if err != nil {
		return fmt.Errorf("declaring the Service: %w", err)
	}
	return nil
}
