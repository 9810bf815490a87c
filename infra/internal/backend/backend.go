// Package backend declares the backend on a cluster: what runs, how it is checked, and how it is reached.
package backend

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Args is what the backend is made of.
type Args struct {
	Settings settings.Backend
	// Secrets are the texts that its variables and files refer to, by name.
	Secrets map[string]string
	// Image is the reference that the pods run, by digest.
	Image pulumi.StringInput
	// Architecture is the one that the image is built for, such as amd64. Empty: all nodes have it.
	Architecture string
	// Values are the settings by key, as the state keeps them for whoever wants to bring this backend back. Nil: it keeps none.
	Values pulumi.Input
	// Options go with every resource: they lead to the cluster.
	Options []pulumi.ResourceOption
}

// Backend is the component.
type Backend struct {
	pulumi.ResourceState

	// Namespace is the name of the namespace that holds the backend.
	Namespace pulumi.StringOutput
}

const name = settings.Name

// New declares the backend: its Namespace with what protects it, its Deployment and its Service.
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
	account, err := newServiceAccount(ctx, args.Settings, namespace, children)
	if err != nil {
		return nil, err
	}
	from, err := newSources(ctx, args.Settings, args.Secrets, namespace, children)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(
		newNetworkPolicies(ctx, args.Settings, namespace, children),
		newDisruptionBudget(ctx, args.Settings, namespace, children),
		newDeployment(ctx, args, namespace, account, from, children),
		newAutoscaler(ctx, args.Settings, namespace, children),
		newService(ctx, args.Settings, namespace, children),
	); err != nil {
		return nil, err
	}
	outputs := pulumi.Map{"namespace": namespace}
	if args.Values != nil {
		outputs["settings"] = args.Values
	}
	return backend, ctx.RegisterResourceOutputs(backend, outputs)
}
