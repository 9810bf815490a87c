package component

import "github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"

// MetricsServer tells the autoscaler and `kubectl top` how much CPU and memory pods use, which it reads from the kubelet as often as
// that of k3s does. It is a process of the node and no pod: who asks it goes through the API server, on the loopback address. Its
// port is also in its manifest.
func MetricsServer(s Settings) supervise.Command {
	kubeconfig := s.Files.Node("metricsserver.kubeconfig")
	return supervise.Command{Name: "metrics-server", Path: "metrics-server", Args: []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1",
		"--secure-port=4443",
		"--tls-cert-file=" + s.Files.Node("serving-metrics-server.crt"),
		"--tls-private-key-file=" + s.Files.Node("serving-metrics-server.key"),
		"--tls-min-version=VersionTLS12",
		"--profiling=false",
		"--metric-resolution=15s",
		"--kubelet-preferred-address-types=InternalIP",
	}}
}
