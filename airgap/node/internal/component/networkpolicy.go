package component

import (
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// NetworkPolicies runs the controller that closes pods to whatever no NetworkPolicy lets in or out.
func NetworkPolicies(s Settings) supervise.Command {
	return supervise.Command{Name: "kube-router", Path: "kube-router", Args: []string{
		"--kubeconfig=" + s.Files.Node("kuberouter.kubeconfig"),
		"--hostname-override=" + s.NodeName,
		"--node-ip=" + s.NodeIP,
		"--service-cluster-ip-range=" + host.ServiceCIDR,
	}}
}
