package policy

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func networkRules() []rule {
	return []rule{
		{
			name: "default-deny", check: each(defaultDeny),
			why:    "policies only ever open something, so one must close everything, for every pod and in both directions",
			covers: append(trivy("0038"), "kube-linter/non-isolated-pod", "kube-score/pod-networkpolicy", "polaris/missingNetworkPolicy"),
		},
		{
			name: "open-port", check: each(openPort),
			why: "what is closed and not opened again cannot be reached",
		},
		{
			name: "ingress-by-contract", check: each(ingressByContract),
			why: "the backend's port is open to all or to those whom its settings name, the metrics to one namespace, and nothing else to anybody",
			covers: []string{
				"kube-linter/dangling-networkpolicy", "kube-linter/dangling-networkpolicypeer-podselector",
				"kube-score/networkpolicy-targets-pod",
			},
		},
		{
			name: "egress-by-settings", check: each(egressBySettings),
			why: "the backend calls those whom its settings name, so whatever calls others is not the backend",
		},
	}
}

func defaultDeny(all objects, deployment *appsv1.Deployment, report reporter) {
	for _, policy := range of[*networkingv1.NetworkPolicy](all) {
		spec := policy.Spec
		if policy.Namespace == deployment.Namespace &&
			len(spec.PodSelector.MatchLabels)+len(spec.PodSelector.MatchExpressions) == 0 &&
			len(spec.Ingress)+len(spec.Egress) == 0 &&
			slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeIngress) &&
			slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeEgress) {
			return
		}
	}
	report("a NetworkPolicy must select every pod, name both directions and have no rule")
}

func openPort(all objects, deployment *appsv1.Deployment, report reporter) {
	for _, policy := range of[*networkingv1.NetworkPolicy](all) {
		if policy.Namespace != deployment.Namespace ||
			!selects(policy.Spec.PodSelector.MatchLabels, deployment.Spec.Template.Labels) {
			continue
		}
		for _, rule := range policy.Spec.Ingress {
			if slices.ContainsFunc(rule.Ports, func(port networkingv1.NetworkPolicyPort) bool {
				return isPort(port, corev1.ProtocolTCP, contract.Port)
			}) {
				return
			}
		}
	}
	report("a NetworkPolicy must open port %d of the pods", contract.Port)
}

// isPort tells whether a rule's port is this one alone. A name would do as well, but a number cannot change its meaning.
func isPort(port networkingv1.NetworkPolicyPort, protocol corev1.Protocol, number int) bool {
	return port.Protocol != nil && *port.Protocol == protocol && port.Port != nil && port.Port.IntValue() == number &&
		port.EndPort == nil
}

func ingressByContract(all objects, policy *networkingv1.NetworkPolicy, report reporter) {
	if len(policy.Spec.PodSelector.MatchExpressions) > 0 || len(policy.Spec.PodSelector.MatchLabels) > 0 &&
		!slices.ContainsFunc(of[*appsv1.Deployment](all), func(deployment *appsv1.Deployment) bool {
			return selects(policy.Spec.PodSelector.MatchLabels, deployment.Spec.Template.Labels)
		}) {
		report("podSelector must be empty or labels of the Deployment's pods")
	}
	for _, rule := range policy.Spec.Ingress {
		if len(rule.Ports) == 0 {
			report("an ingress rule must name its ports: without any it opens all")
		}
		for _, port := range rule.Ports {
			switch {
			case isPort(port, corev1.ProtocolTCP, contract.Port):
				if slices.ContainsFunc(rule.From, nobodyInParticular) {
					report("port %d must be open to all, to addresses or to named namespaces", contract.Port)
				}
			case !isPort(port, corev1.ProtocolTCP, contract.AdminPort):
				report("an ingress rule must open TCP port %d or %d by number", contract.Port, contract.AdminPort)
			case len(rule.From) == 0 || slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
				return peer.IPBlock != nil || !namesNamespace(peer)
			}):
				report("port %d must be open to named namespaces only", contract.AdminPort)
			}
		}
	}
}

// namesNamespace tells whether a peer is in a namespace that the policy calls by the label that Kubernetes itself gives it.
func namesNamespace(peer networkingv1.NetworkPolicyPeer) bool {
	return peer.NamespaceSelector != nil && peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] != ""
}

// isNameServer tells whether a peer is the cluster's DNS server, which by convention is labelled so in every distribution.
func isNameServer(peer networkingv1.NetworkPolicyPeer) bool {
	return peer.IPBlock == nil && namesNamespace(peer) &&
		peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] == metav1.NamespaceSystem &&
		peer.PodSelector != nil && peer.PodSelector.MatchLabels["k8s-app"] == "kube-dns"
}

// nobodyInParticular tells whether a peer is neither a range of addresses nor in a named namespace.
func nobodyInParticular(peer networkingv1.NetworkPolicyPeer) bool {
	return peer.IPBlock == nil && !namesNamespace(peer)
}

func egressBySettings(_ objects, policy *networkingv1.NetworkPolicy, report reporter) {
	for _, rule := range policy.Spec.Egress {
		if len(rule.Ports) == 0 || slices.ContainsFunc(rule.Ports, func(port networkingv1.NetworkPolicyPort) bool {
			return port.Protocol == nil || port.Port == nil || port.Port.IntValue() == 0 || port.EndPort != nil
		}) {
			report("an egress rule must name its ports by protocol and number")
		}
		if len(rule.To) == 0 || slices.ContainsFunc(rule.To, nobodyInParticular) {
			report("an egress rule must lead to addresses or to a named namespace")
		}
		if slices.ContainsFunc(rule.To, func(peer networkingv1.NetworkPolicyPeer) bool {
			return namesNamespace(peer) && peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] == metav1.NamespaceSystem &&
				!isNameServer(peer)
		}) {
			report("an egress rule to kube-system must lead to the pods with k8s-app=kube-dns")
		}
	}
}
