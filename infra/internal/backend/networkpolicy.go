package backend

import (
	"fmt"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// newNetworkPolicies close the pods of the namespace in both directions and open the backend's ports. The backend calls
// nobody; a DNS server only where the settings ask for it.
func newNetworkPolicies(
	ctx *pulumi.Context, s settings.Backend, namespace pulumi.StringInput, options []pulumi.ResourceOption,
) error {
	_, err := networkingv1.NewNetworkPolicy(ctx, "default-deny", &networkingv1.NetworkPolicyArgs{
		Metadata: metadata("default-deny", namespace),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the NetworkPolicy that denies: %w", err)
	}
	_, err = networkingv1.NewNetworkPolicy(ctx, "network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: metadata(name, namespace),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{MatchLabels: selector()},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			Ingress:     ingress(s),
			Egress:      egress(s),
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the NetworkPolicy of the backend: %w", err)
	}
	return nil
}

// ingress opens the port of the backend to every source, because what comes through a node port arrives with an address
// of the node's network, which the program does not know. That of the admin listener is open to one namespace at most.
func ingress(s settings.Backend) networkingv1.NetworkPolicyIngressRuleArray {
	rules := networkingv1.NetworkPolicyIngressRuleArray{&networkingv1.NetworkPolicyIngressRuleArgs{
		Ports: ports("TCP", contract.Port),
	}}
	if s.MetricsNamespace == "" {
		return rules
	}
	return append(rules, &networkingv1.NetworkPolicyIngressRuleArgs{
		Ports: ports("TCP", contract.AdminPort),
		From: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: inNamespace(s.MetricsNamespace),
		}},
	})
}

// egress opens the way to the cluster's DNS server, which by convention is labelled so in every distribution.
func egress(s settings.Backend) networkingv1.NetworkPolicyEgressRuleArray {
	if !s.DNSEgress {
		return nil
	}
	const dnsPort = 53
	return networkingv1.NetworkPolicyEgressRuleArray{&networkingv1.NetworkPolicyEgressRuleArgs{
		Ports: append(ports("UDP", dnsPort), ports("TCP", dnsPort)...), // TCP for what does not fit into a datagram
		To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
			NamespaceSelector: inNamespace("kube-system"),
			PodSelector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"k8s-app": pulumi.String("kube-dns")}},
		}},
	}}
}

func ports(protocol string, number int) networkingv1.NetworkPolicyPortArray {
	return networkingv1.NetworkPolicyPortArray{&networkingv1.NetworkPolicyPortArgs{
		Protocol: pulumi.String(protocol), Port: pulumi.Int(number),
	}}
}

// inNamespace selects a namespace by the label that Kubernetes itself gives it.
func inNamespace(namespace string) *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String(namespace)}}
}
