package build

import (
	"path/filepath"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/debian"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/image"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// pauseReference is the name by which the node's containerd configuration knows the pause image.
const pauseReference = "localhost/ashapp-backend-airgap/pause:1"

// components are the names by which the multi-call binary kube is called.
var components = []string{
	"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-router", "kubelet", "kubectl",
	"metrics-server",
}

// nodePackages are the container runtime, the plugins that connect pods, and the programs that kubelet, kube-proxy and
// kube-router call.
var nodePackages = []string{
	"containerd", "runc", "containernetworking-plugins", "nftables", "iptables", "ipset", "iproute2", "mount", "ca-certificates",
}

// nodeTask makes the image of the single-node Kubernetes of a version out of the programs.
func nodeTask(sources, output, codename string, programs *task.Task, programsIdentity, version string) (*task.Task, error) {
	rootfs, rootfsPath, rootfsIdentity, err := rootFilesystemTask("node-rootfs", "Debian "+codename+" root file system of the node", output,
		debian.RootFilesystem{Codename: codename, Variant: debian.Essential, Packages: nodePackages})
	if err != nil {
		return nil, err
	}
	identity, err := fingerprint.Of(sources, imageSources, []string{programsIdentity, rootfsIdentity})
	if err != nil {
		return nil, err
	}
	work := filepath.Join(output, "work")
	made := image.Image{
		Reference:   "ashapp-backend-airgap/node:" + version,
		Fingerprint: identity,
		Changes:     nodeConfiguration(),
		Fill: func(archive *image.Archive) error {
			return fillNode(archive, rootfsPath, work, filepath.Join(sources, "node", "image", "manifests"))
		},
	}
	return &task.Task{
		Name: "node image " + version, Needs: []*task.Task{programs, rootfs}, Fresh: made.Fresh, Make: made.Make,
	}, nil
}

// nodeConfiguration is what the k3s image declares too, and where kubectl and ctr find their servers.
func nodeConfiguration() []string {
	return []string{
		"ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"ENV KUBECONFIG=/etc/rancher/k3s/k3s.yaml",
		"ENV CONTAINERD_ADDRESS=/run/k3s/containerd/containerd.sock",
		"ENV CONTAINERD_NAMESPACE=k8s.io",
		"VOLUME /var/lib/kubelet", "VOLUME /var/lib/rancher/k3s", "VOLUME /var/lib/cni", "VOLUME /var/log",
		`ENTRYPOINT ["/usr/local/bin/node"]`,
		`CMD ["server"]`,
	}
}

// fillNode adds the programs under the names by which the node calls them, the pause image and the manifests.
func fillNode(archive *image.Archive, rootfs, programs, manifests string) error {
	archive.Tar(rootfs, func(string) bool { return true })
	for _, name := range []string{"kube", "node"} {
		archive.File("usr/local/bin/"+name, 0o755, filepath.Join(programs, name))
	}
	for _, name := range components {
		archive.Link("usr/local/bin/"+name, "kube")
	}
	pause, err := image.SingleProgram(pauseReference, filepath.Join(programs, "pause"))
	if err != nil {
		return err
	}
	archive.Content("usr/local/share/node/pause.tar", 0o644, pause)
	found, err := filepath.Glob(filepath.Join(manifests, "*.yaml"))
	if err != nil {
		return err
	}
	for _, path := range found {
		archive.File("usr/local/share/node/manifests/"+filepath.Base(path), 0o644, path)
	}
	return nil
}
