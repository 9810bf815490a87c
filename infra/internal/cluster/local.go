package cluster

import (
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// loopback is where a local cluster is published: nowhere but on this machine.
const loopback = "127.0.0.1"

// local is the component that holds what a local cluster consists of.
type local struct {
	pulumi.ResourceState
	settings settings.Cluster
	// labels mark every container, network and volume of the cluster.
	labels map[string]string
}

// newLocal provides a cluster of two containers, a registry and a single k3s node, on a network of their own.
func newLocal(ctx *pulumi.Context, s settings.Cluster, nodePort int) (*Cluster, error) {
	l := &local{settings: s, labels: map[string]string{settings.Label: s.Name}}
	if err := ctx.RegisterComponentResource("ashapp:cluster:Local", "cluster", l); err != nil {
		return nil, fmt.Errorf("declaring the local cluster: %w", err)
	}
	credentials, err := newPKI(ctx, pulumi.Parent(l))
	if err != nil {
		return nil, err
	}
	network, err := docker.NewNetwork(ctx, "network", &docker.NetworkArgs{
		Name:   pulumi.String(s.Name),
		Labels: networkLabels(l.labels),
	}, pulumi.Parent(l), pulumi.DeleteBeforeReplace(true),
		// An engine may give every network IPv6 (default-network-opts). Its subnets and its options, such as the MTU, are what
		// the engine says as long as none are stated.
		pulumi.IgnoreChanges([]string{"ipv6"}))
	if err != nil {
		return nil, fmt.Errorf("declaring the network: %w", err)
	}
	registry, err := l.newRegistry(ctx, network)
	if err != nil {
		return nil, err
	}
	node, err := l.newNode(ctx, network, credentials, nodePort)
	if err != nil {
		return nil, err
	}
	kubeconfig := credentials.kubeconfig(s.Name, s.APIPort)
	provider, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig: kubeconfig,
		// A node is a cluster of its own: with it the provider is replaced, and with that all that runs there.
		ClusterIdentifier: node.ID().ToStringOutput(),
	}, pulumi.Parent(l))
	if err != nil {
		return nil, fmt.Errorf("declaring the provider of the local cluster: %w", err)
	}
	cluster := &Cluster{
		Kubeconfig:    kubeconfig.ToStringPtrOutput(),
		Registry:      s.RegistryHost(),
		RegistryReady: []pulumi.Resource{registry},
		// What runs on the node is gone with it, so nothing of it need be deleted piece by piece. It is the provider that is
		// named, and not the node: when the node is replaced, Pulumi counts as deleted what depends on it but not the node
		// itself, and would ask the old cluster through a provider that it has closed.
		Options: []pulumi.ResourceOption{pulumi.Provider(provider), pulumi.DeletedWith(provider)},
	}
	if err := announceRegistry(ctx, cluster, l); err != nil {
		return nil, err
	}
	return cluster, ctx.RegisterResourceOutputs(l, pulumi.Map{"registry": pulumi.String(cluster.Registry)})
}
