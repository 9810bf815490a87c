package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/cloudnativelabs/kube-router/v2/pkg/utils"
	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	watchtools "k8s.io/client-go/tools/watch"
)

// resync is how soon rules that somebody has removed, or that could not be written, are there again. kube-router's own 5 minutes
// are for nodes with thousands of rules.
const resync = 30 * time.Second

// policyController enforces NetworkPolicies as k3s does: by the controller of kube-router, which makes chains of iptables and sets
// of addresses out of them. A pod's rules are there once the API server tells its address, within a second of its start.
type policyController struct{ kubeconfig, node, address, services string }

// newPolicyController is its command line. The command returns when the controller cannot do its work.
func newPolicyController() *cobra.Command {
	var c policyController
	command := &cobra.Command{
		Use: "kube-router", Short: "Enforce the NetworkPolicies of the pods of this node", SilenceUsage: true, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return c.run(command.Context()) },
	}
	flags := command.Flags()
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "path of the kubeconfig")
	flags.StringVar(&c.node, "hostname-override", "", "name of the Node object")
	flags.StringVar(&c.address, "node-ip", "", "address of the node, which its Node object has once the kubelet runs")
	flags.StringVar(&c.services, "service-cluster-ip-range", "", "addresses of Services")
	return command
}

func (c policyController) run(ctx context.Context) error {
	config := options.NewKubeRouterConfig()
	config.EnableIPv4, config.IPTablesSyncPeriod = true, resync
	config.HostnameOverride, config.ClusterIPCIDRs = c.node, []string{c.services}
	tables, sets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return fmt.Errorf("looking for iptables and ipset: %w", err)
	}
	// The controller only logs what it cannot write, and every pod would be open.
	if err := sets[corev1.IPv4Protocol].Save(); err != nil {
		return fmt.Errorf("reading sets of addresses: %w; load the kernel's modules ip_set and xt_set, which NetworkPolicies need", err)
	}
	client, err := clientcmd.BuildConfigFromFlags("", c.kubeconfig)
	if err != nil {
		return fmt.Errorf("reading kubeconfig: %w", err)
	}
	clients, err := kubernetes.NewForConfig(client)
	if err != nil {
		return fmt.Errorf("reading kubeconfig: %w", err)
	}
	if err := awaitAddress(ctx, clients, c.node, c.address); err != nil {
		return err
	}
	return enforce(ctx, clients, config, tables, sets)
}

// awaitAddress waits until the Node object has the address. It may still be that of before a restart, and the controller, which
// reads it once, would then take every pod for another node's.
func awaitAddress(ctx context.Context, clients kubernetes.Interface, node, address string) error {
	nodes := cache.NewListWatchFromClient(clients.CoreV1().RESTClient(), "nodes", corev1.NamespaceAll,
		fields.OneTermEqualSelector("metadata.name", node))
	_, err := watchtools.UntilWithSync(ctx, nodes, &corev1.Node{}, nil, func(event watch.Event) (bool, error) {
		seen, isNode := event.Object.(*corev1.Node)
		return isNode && hasAddress(seen, address), nil
	})
	if err != nil {
		return fmt.Errorf("waiting until Node %s has the address %s: %w", node, address, err)
	}
	return nil
}

// hasAddress says whether the kubelet has reported the address.
func hasAddress(node *corev1.Node, address string) bool {
	for _, each := range node.Status.Addresses {
		if each.Type == corev1.NodeInternalIP {
			return each.Address == address
		}
	}
	return false
}

// enforce returns when ctx is done.
func enforce(
	ctx context.Context, clients kubernetes.Interface, config *options.KubeRouterConfig,
	tables map[corev1.IPFamily]utils.IPTablesHandler, sets map[corev1.IPFamily]utils.IPSetHandler,
) error {
	factory := informers.NewSharedInformerFactory(clients, 0)
	pods, namespaces := factory.Core().V1().Pods().Informer(), factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	controller, err := netpol.NewNetworkPolicyController(clients, config, pods, policies, namespaces, &sync.Mutex{}, tables, sets)
	if err != nil {
		return fmt.Errorf("making the controller of NetworkPolicies: %w", err)
	}
	_, podError := pods.AddEventHandler(controller.PodEventHandler)
	_, namespaceError := namespaces.AddEventHandler(controller.NamespaceEventHandler)
	_, policyError := policies.AddEventHandler(controller.NetworkPolicyEventHandler)
	if err := errors.Join(podError, namespaceError, policyError); err != nil {
		return fmt.Errorf("watching for the controller of NetworkPolicies: %w", err)
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	heartbeats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range heartbeats { // Nobody asks: the supervisor sees the process end, and the controller ends with what it cannot set up.
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	controller.Run(heartbeats, ctx.Done(), &running)
	running.Wait()
	return nil
}
