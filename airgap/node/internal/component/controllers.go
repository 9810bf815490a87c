package component

import (
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// ControllerManager runs the controllers, each as a ServiceAccount with its own rights. There is one of it, so it does
// not wait to be elected.
func ControllerManager(s Settings) supervise.Command {
	tls, kubeconfig := s.Files.TLS, s.Files.Credential("controller.kubeconfig")
	return supervise.Command{Name: "kube-controller-manager", Path: "kube-controller-manager", Args: []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1",
		"--leader-elect=false",
		"--profiling=false",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + tls("service.key"),
		"--root-ca-file=" + tls("server-ca.crt"),
		"--allocate-node-cidrs=true",
		"--cluster-cidr=" + host.ClusterCIDR,
		"--service-cluster-ip-range=" + host.ServiceCIDR,
		"--cluster-signing-kube-apiserver-client-cert-file=" + tls("client-ca.crt"),
		"--cluster-signing-kube-apiserver-client-key-file=" + tls("client-ca.key"),
		"--cluster-signing-kubelet-client-cert-file=" + tls("client-ca.crt"),
		"--cluster-signing-kubelet-client-key-file=" + tls("client-ca.key"),
		"--cluster-signing-kubelet-serving-cert-file=" + tls("server-ca.crt"),
		"--cluster-signing-kubelet-serving-key-file=" + tls("server-ca.key"),
		"--cluster-signing-legacy-unknown-cert-file=" + tls("server-ca.crt"),
		"--cluster-signing-legacy-unknown-key-file=" + tls("server-ca.key"),
	}}
}

// Scheduler assigns pods to the node. It is the only one of its kind too.
func Scheduler(s Settings) supervise.Command {
	kubeconfig := s.Files.Credential("scheduler.kubeconfig")
	return supervise.Command{Name: "kube-scheduler", Path: "kube-scheduler", Args: []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1",
		"--leader-elect=false",
		"--profiling=false",
	}}
}
