package component

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	componentbase "k8s.io/component-base/config/v1alpha1"
	proxy "k8s.io/kube-proxy/config/v1alpha1"
	"k8s.io/utils/ptr"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// Proxy writes the configuration of kube-proxy, which makes Services and NodePorts, and returns how to run it.
func Proxy(s Settings) (supervise.Command, error) {
	path := s.Files.Node("kube-proxy.yaml")
	if err := writeYAML(path, proxyConfiguration(s)); err != nil {
		return supervise.Command{}, err
	}
	return supervise.Command{Name: "kube-proxy", Path: "kube-proxy", Args: []string{"--config=" + path}}, nil
}

// proxyConfiguration leaves everything else at its default: the object is merged with them by kube-proxy.
func proxyConfiguration(s Settings) proxy.KubeProxyConfiguration {
	return proxy.KubeProxyConfiguration{
		TypeMeta:           metav1.TypeMeta{APIVersion: proxy.SchemeGroupVersion.String(), Kind: "KubeProxyConfiguration"},
		ClientConnection:   componentbase.ClientConnectionConfiguration{Kubeconfig: s.Files.Node("kubeproxy.kubeconfig")},
		HostnameOverride:   s.NodeName,
		Mode:               "nftables",
		ClusterCIDR:        host.ClusterCIDR,
		HealthzBindAddress: "127.0.0.1:10256",
		MetricsBindAddress: "127.0.0.1:10249",
		// The default of 1 s between updates is for thousands of Services. Here it would only be the time for which a
		// pod that is ready does not answer yet.
		NFTables: proxy.KubeProxyNFTablesConfiguration{MinSyncPeriod: metav1.Duration{Duration: 100 * time.Millisecond}},
		// The number of tracked connections is a setting of the whole machine: containers may not change it.
		Conntrack: proxy.KubeProxyConntrackConfiguration{MaxPerCore: ptr.To[int32](0), Min: ptr.To[int32](0)},
	}
}
