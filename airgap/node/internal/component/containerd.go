package component

import (
	"fmt"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// containerdConfig is of version 2: both containerd 1.6 (Debian 12) and 1.7 (Debian 13) read it. The data lies on
// a volume, because an overlay file system cannot lie on another one.
const containerdConfig = `version = 2
root = %q
state = %q
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = %q

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  restrict_oom_score_adj = %t

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = %q

  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = %q
`

// Containerd writes the configuration of the container runtime and returns how to run it.
func Containerd(s Settings) (supervise.Command, error) {
	path := s.Files.Node("containerd.toml")
	config := fmt.Sprintf(containerdConfig,
		s.Files.Node("containerd"), s.Files.Run("containerd"), s.Files.ContainerdSocket(),
		PauseImage, !s.CanRaisePriority, s.Files.NetworkPlugins(), RegistryHosts(s))
	if err := writeFile(path, []byte(config)); err != nil {
		return supervise.Command{}, err
	}
	return supervise.Command{Name: "containerd", Path: "containerd", Args: []string{"--config=" + path, "--log-level=warn"}}, nil
}

// RegistryHosts is the folder in which containerd looks for the mirrors of a registry.
func RegistryHosts(s Settings) string {
	return s.Files.Run("registries")
}

// ImportPause loads the pause image into the namespace that the kubelet uses. Doing so at every start costs nothing
// when it is there.
func ImportPause(s Settings) supervise.Command {
	return supervise.Command{Name: "pause image", Path: "ctr", Args: []string{
		"--address=" + s.Files.ContainerdSocket(), "--namespace=k8s.io",
		"images", "import", s.Files.Share("pause.tar"),
	}}
}
