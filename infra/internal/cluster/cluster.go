// Package cluster provides the Kubernetes cluster that a stack deploys to: one in containers on this machine, or one that
// exists.
package cluster

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Cluster is a Kubernetes to deploy to.
type Cluster struct {
	// Kubeconfig is the content of a kubeconfig with administrator rights, a secret. It is nil where the settings hold none, but
	// name a file or a context: that is the user's own.
	Kubeconfig pulumi.StringPtrInput
	// Registry is the host and port of the cluster's own registry, the same from this machine and from the node. Empty
	// when it has none.
	Registry string
	// RegistryReady are the resources to wait for before pushing to Registry.
	RegistryReady []pulumi.Resource
	// Options go with every resource on the cluster, also with the children of components.
	Options []pulumi.ResourceOption
}

// New provides the cluster that the settings ask for. nodePort is the one port of its Services that a local cluster
// publishes on this machine; an existing one publishes its node ports itself.
func New(ctx *pulumi.Context, s settings.Cluster, nodePort int) (*Cluster, error) {
	if s.Kind == settings.Existing {
		return newExisting(ctx, s)
	}
	return newLocal(ctx, s, nodePort)
}
