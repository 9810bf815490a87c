// Package cluster provides the Kubernetes cluster that a stack deploys to: one in containers on this machine, or one that
// exists.
package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Cluster is a Kubernetes to deploy to.
type Cluster struct {
	// Kubeconfig is the content of a kubeconfig with administrator rights, a secret. It is nil where the stack holds none,
	// because the settings name a file or a context.
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

// newExisting leads to the cluster by the one of kubeconfig content, path and context that the settings hold.
func newExisting(ctx *pulumi.Context, s settings.Cluster) (*Cluster, error) {
	var args kubernetes.ProviderArgs
	cluster := &Cluster{}
	if s.Context != "" {
		args.Context = pulumi.String(s.Context)
	}
	switch {
	case s.Kubeconfig != "":
		content := pulumi.ToSecret(pulumi.String(s.Kubeconfig)).(pulumi.StringOutput)
		args.Kubeconfig = content
		cluster.Kubeconfig = content.ToStringPtrOutput()
	case s.KubeconfigPath != "":
		path, err := homePath(s.KubeconfigPath)
		if err != nil {
			return nil, err
		}
		args.Kubeconfig = pulumi.String(path)
	}
	provider, err := kubernetes.NewProvider(ctx, "kubernetes", &args)
	if err != nil {
		return nil, fmt.Errorf("declaring the provider of the existing cluster: %w", err)
	}
	cluster.Options = []pulumi.ResourceOption{pulumi.Provider(provider)}
	return cluster, nil
}

// homePath replaces a leading ~/, which no shell has seen in a stack file, and says so early when there is no such file:
// the provider would take the path for the content of a kubeconfig.
func homePath(path string) (string, error) {
	if rest, found := strings.CutPrefix(path, "~/"); found {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("resolving cluster.kubeconfigPath %s: %w", path, err)
		}
		path = filepath.Join(home, rest)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("looking for the kubeconfig that cluster.kubeconfigPath names: %w", err)
	}
	return path, nil
}
