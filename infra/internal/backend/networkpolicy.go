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
		Metadata: metadata(s, "default-deny", namespace),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &metav1.LabelSelectorArgs{},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
		},
	}, options...)
	if err != nil {
		return fmt.Errorf("declaring the NetworkPolicy that denies: %w", err)
	}
	_, err = networkingv1.NewNetworkPolicy(ctx, "network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: metadata(s, name, namespace),
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

// ingress opens the port of the backend to every source where the stack file names none, because what comes through a node port
// arrives with an address of the node's network, which the program does not know. That of the admin listener is open to one namespace
// at most.
func ingress(s settings.Backend) networkingv1.NetworkPolicyIngressRuleArray {
	serving := &networkingv1.NetworkPolicyIngressRuleArgs{Ports: ports("TCP", contract.Port)}
	if len(s.IngressFrom) > 0 {
		serving.From = peers(s.IngressFrom...)
	}
	rules := networkingv1.NetworkPolicyIngressRuleArray{serving}
	if s.MetricsNamespace == "" {
		return rules
	}
	return append(rules, &networkingv1.NetworkPolicyIngressRuleArgs{
		Ports: ports("TCP", contract.AdminPort), From: peers(settings.Peer{Namespace: s.MetricsNamespace}),
	})
}

// egress opens the ways out that the stack file names, and that to the cluster's DNS server, which by convention is labelled so in every
// distribution.
func egress(s settings.Backend) (rules networkingv1.NetworkPolicyEgressRuleArray) {
	if s.DNSEgress {
		const dnsPort = 53
		rules = append(rules, &networkingv1.NetworkPolicyEgressRuleArgs{
			Ports: append(ports("UDP", dnsPort), ports("TCP", dnsPort)...), // TCP for what does not fit into a datagram
			To: networkingv1.NetworkPolicyPeerArray{&networkingv1.NetworkPolicyPeerArgs{
				NamespaceSelector: inNamespace("kube-system"),
				PodSelector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.StringMap{"k8s-app": pulumi.String("kube-dns")}},
			}},
		})
	}
	for _, way := range s.Egress {
		rules = append(rules, &networkingv1.NetworkPolicyEgressRuleArgs{Ports: ports(way.Protocol, way.Port), To: peers(way.Peer)})
	}
	return rules
}

func peers(all ...settings.Peer) (selected networkingv1.NetworkPolicyPeerArray) {
	for _, peer := range all {
		if peer.Namespace != "" {
			selected = append(selected, &networkingv1.NetworkPolicyPeerArgs{NamespaceSelector: inNamespace(peer.Namespace)})
		} else {
			selected = append(selected, &networkingv1.NetworkPolicyPeerArgs{IpBlock: &networkingv1.IPBlockArgs{Cidr: pulumi.String(peer.CIDR)}})
		}
	}
	return selected
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
