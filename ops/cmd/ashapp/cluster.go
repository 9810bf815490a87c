package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashwanth01/ashapp-backend/ops/internal/drift"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// cluster leads to the cluster of a stack by the kubeconfig that Pulumi uses.
type cluster struct {
	operator *stack.Operator
	context  string
	existing bool // it is there before the stack is
	found    *rest.Config
}

// config is nil where the cluster does not exist yet.
func (c *cluster) config(ctx context.Context) (*rest.Config, error) {
	if c.found == nil {
		config, err := c.find(ctx)
		if err != nil {
			return nil, err
		}
		c.found = config
	}
	return c.found, nil
}

func (c *cluster) find(ctx context.Context) (*rest.Config, error) {
	content, path, err := c.operator.Kubeconfig(ctx)
	if err != nil {
		return nil, err
	}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: c.context}
	var loading clientcmd.ClientConfig
	switch {
	case content != "":
		kubeconfig, err := clientcmd.Load([]byte(content))
		if err != nil {
			return nil, fmt.Errorf("reading the stack's kubeconfig: %w", err)
		}
		loading = clientcmd.NewDefaultClientConfig(*kubeconfig, overrides)
	case c.existing:
		rules := clientcmd.NewDefaultClientConfigLoadingRules()
		rules.ExplicitPath = path
		loading = clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	default:
		return nil, nil
	}
	config, err := loading.ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig of the stack's cluster: %w", err)
	}
	return config, nil
}

// connect returns nil where the cluster does not exist yet.
func (c *cluster) connect(ctx context.Context) (kubernetes.Interface, error) {
	config, err := c.config(ctx)
	if err != nil || config == nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to the stack's cluster: %w", err)
	}
	return client, nil
}

// differences compares the cluster with the stack's state.
func (c *cluster) differences(ctx context.Context) ([]drift.Difference, error) {
	state, err := c.operator.Export(ctx)
	if err != nil {
		return nil, err
	}
	objects, err := c.objects(ctx)
	if err != nil || objects == nil {
		return nil, err // neither has anything
	}
	return objects.Find(ctx, state)
}

// objects are those of the cluster; nil where it does not exist yet.
func (c *cluster) objects(ctx context.Context) (*drift.Cluster, error) {
	config, err := c.config(ctx)
	if err != nil || config == nil {
		return nil, err
	}
	typed, errTyped := kubernetes.NewForConfig(config)
	untyped, errUntyped := dynamic.NewForConfig(config)
	if err := errors.Join(errTyped, errUntyped); err != nil {
		return nil, fmt.Errorf("connecting to the stack's cluster: %w", err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(typed.Discovery()))
	return &drift.Cluster{Client: untyped, Mapper: mapper}, nil
}

// drifted lists the URNs of the objects that the next update can put back.
func (c *cluster) drifted(ctx context.Context) (urns []string, err error) {
	differences, err := c.differences(ctx)
	for _, difference := range differences {
		if !difference.Foreign && !slices.Contains(urns, difference.URN) {
			urns = append(urns, difference.URN)
		}
	}
	return urns, err
}

// Apply makes an object what its manifest says.
func (c *cluster) Apply(ctx context.Context, object pulumi.Object) error {
	objects, err := c.objects(ctx)
	if err != nil {
		return err
	}
	return objects.Apply(ctx, object.Inputs, object.Manager)
}

// Remove removes an object.
func (c *cluster) Remove(ctx context.Context, object pulumi.Object) error {
	objects, err := c.objects(ctx)
	if err != nil {
		return err
	}
	return objects.Remove(ctx, object.Inputs)
}
