package component

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"
	"k8s.io/utils/ptr"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// Kubelet writes the configuration of the kubelet and returns how to run it. The user's flags come last and win.
func Kubelet(s Settings) (supervise.Command, error) {
	path := s.Files.Node("kubelet.yaml")
	if err := writeYAML(path, kubeletConfiguration(s)); err != nil {
		return supervise.Command{}, err
	}
	args := []string{
		"--config=" + path,
		"--kubeconfig=" + s.Files.Node("kubelet.kubeconfig"),
		"--root-dir=" + s.Files.Kubelet(),
		"--hostname-override=" + s.NodeName,
		"--node-ip=" + s.NodeIP,
		// Images are removed when the disk fills up, and this one could not be pulled again.
		"--pod-infra-container-image=" + PauseImage,
	}
	for _, argument := range s.KubeletArgs {
		args = append(args, "--"+argument)
	}
	return supervise.Command{Name: "kubelet", Path: "kubelet", Args: args}, nil
}

// kubeletConfiguration names only what differs from the defaults of the kubelet, or what safety rests on.
func kubeletConfiguration(s Settings) kubelet.KubeletConfiguration {
	return kubelet.KubeletConfiguration{
		TypeMeta: metav1.TypeMeta{APIVersion: kubelet.SchemeGroupVersion.String(), Kind: "KubeletConfiguration"},
		// Of the servers of the kubelet, logs and exec must be reached by the API server: over the node's address,
		// with certificates on both sides.
		Address:                s.NodeIP,
		ReadOnlyPort:           0,
		HealthzBindAddress:     "127.0.0.1",
		TLSCertFile:            s.Files.Node("serving-kubelet.crt"),
		TLSPrivateKeyFile:      s.Files.Node("serving-kubelet.key"),
		TLSMinVersion:          "VersionTLS12",
		EnableProfilingHandler: ptr.To(false),
		Authentication: kubelet.KubeletAuthentication{
			X509:      kubelet.KubeletX509Authentication{ClientCAFile: s.Files.TLS("client-ca.crt")},
			Webhook:   kubelet.KubeletWebhookAuthentication{Enabled: ptr.To(true)},
			Anonymous: kubelet.KubeletAnonymousAuthentication{Enabled: ptr.To(false)},
		},
		Authorization:            kubelet.KubeletAuthorization{Mode: kubelet.KubeletAuthorizationModeWebhook},
		ContainerRuntimeEndpoint: "unix://" + s.Files.ContainerdSocket(),
		// There is no systemd in the node.
		CgroupDriver: "cgroupfs",
		FailSwapOn:   ptr.To(false),
		// Machines with version 1 of control groups are supported on purpose; Kubernetes 1.35 refuses them by default.
		FailCgroupV1:        ptr.To(false),
		ClusterDomain:       "cluster.local",
		ClusterDNS:          []string{host.DNSIP},
		SerializeImagePulls: ptr.To(false),
		// kube-proxy runs in nftables mode and needs none of these chains.
		MakeIPTablesUtilChains: ptr.To(false),
	}
}
