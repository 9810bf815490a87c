// Package backend declares the backend on a cluster: what runs, how it is checked, and how it is reached.
package backend

import (
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

// Args is what the backend is made of.
type Args struct {
	Settings settings.Backend
	// Image is the reference that the pods run, by digest.
	Image pulumi.StringInput
	// Options go with every resource: they lead to the cluster.
	Options []pulumi.ResourceOption
}

// Backend is the component.
type Backend struct {
	pulumi.ResourceState

	// Namespace is the name of the namespace that holds the backend.
	Namespace pulumi.StringOutput
}

// Every object is called by this name: there is one backend in its namespace.
const name = "ashapp-backend"

// New declares the backend: its Namespace, its Deployment and its Service.
func New(ctx *pulumi.Context, resourceName string, args Args, options ...pulumi.ResourceOption) (*Backend, error) {
	backend := &Backend{}
	if err := ctx.RegisterComponentResource("ashapp:backend:Backend", resourceName, backend, options...); err != nil {
		return nil, fmt.Errorf("declaring the backend: %w", err)
	}
	children := append([]pulumi.ResourceOption{pulumi.Parent(backend)}, args.Options...)
	namespace, err := newNamespace(ctx, args.Settings, children)
	if err != nil {
		return nil, err
	}
	backend.Namespace = namespace
	if err := newDeployment(ctx, args, namespace, children); err != nil {
		return nil, err
	}
	if err := newService(ctx, args.Settings, namespace, children); err != nil {
		return nil, err
	}
	return backend, ctx.RegisterResourceOutputs(backend, pulumi.Map{"namespace": namespace})
}

// newNamespace returns the name as an output of the Namespace, so that what uses it waits for the Namespace.
func newNamespace(
	ctx *pulumi.Context, s settings.Backend, options []pulumi.ResourceOption,
) (pulumi.StringOutput, error) {
	namespace, err := corev1.NewNamespace(ctx, "namespace", &corev1.NamespaceArgs{
		Metadata: metadata(s.Namespace, nil),
	}, options...)
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("declaring the Namespace: %w", err)
	}
	return namespace.Metadata.Name().Elem(), nil
}
