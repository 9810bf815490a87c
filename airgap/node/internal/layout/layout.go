// Package layout knows where the node's files lie. The paths are those of k3s, so that whoever uploads certificates or
// reads a kubeconfig need not know which of the two runs.
package layout

import "path/filepath"

// Layout finds files below Root: "/" on a node, a temporary folder in a test.
type Layout struct {
	Root string
}

func (l Layout) path(parts ...string) string {
	return filepath.Join(append([]string{l.Root}, parts...)...)
}

// TLS is the file name below the folder of certificate authorities and control plane certificates.
func (l Layout) TLS(name string) string {
	return l.path("var/lib/rancher/k3s/server/tls", name)
}

// Credential is the file name below the folder of the control plane's kubeconfigs.
func (l Layout) Credential(name string) string {
	return l.path("var/lib/rancher/k3s/server/cred", name)
}

// Database is the data folder of etcd.
func (l Layout) Database() string {
	return l.path("var/lib/rancher/k3s/server/db/etcd")
}

// Node is the file name below the folder of what kubelet, kube-proxy and containerd need.
func (l Layout) Node(name string) string {
	return l.path("var/lib/rancher/k3s/agent", name)
}

// Kubelet is the data folder of the kubelet.
func (l Layout) Kubelet() string {
	return l.path("var/lib/kubelet")
}

// AdminKubeconfig is the kubeconfig of kubectl in the node; the image's KUBECONFIG names it.
func (l Layout) AdminKubeconfig() string {
	return l.path("etc/rancher/k3s/k3s.yaml")
}

// Registries is the uploaded list of registry mirrors. It may be missing.
func (l Layout) Registries() string {
	return l.path("etc/rancher/k3s/registries.yaml")
}

// NetworkPlugins is the folder of CNI configurations.
func (l Layout) NetworkPlugins() string {
	return l.path("etc/cni/net.d")
}

// Run is the file name below the folder of sockets and other state that must not outlive a restart.
func (l Layout) Run(name string) string {
	return l.path("run/k3s", name)
}

// ContainerdSocket is where containerd listens.
func (l Layout) ContainerdSocket() string {
	return l.Run("containerd/containerd.sock")
}

// Share is the file name below the folder of what the image brings along: the pause image and the manifests.
func (l Layout) Share(name string) string {
	return l.path("usr/local/share/node", name)
}
