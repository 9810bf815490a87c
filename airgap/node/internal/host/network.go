package host

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Addresses of k3s: https://docs.k3s.io/cli/server#networking. The node is the first of its cluster, and the only one.
const (
	ClusterCIDR = "10.42.0.0/16"
	PodCIDR     = "10.42.0.0/24"
	ServiceCIDR = "10.43.0.0/16"
	// ServiceIP is the address of the Service kubernetes.default: always the first of ServiceCIDR.
	ServiceIP = "10.43.0.1"
	// DNSIP is the address of the Service kube-dns, which its manifest also names.
	DNSIP = "10.43.0.10"
)

// podNetwork routes every pod through an interface of its own. Pods on a bridge would answer each other directly, past
// the address translation of Services. The leases lie on a tmpfs: no pod outlives a restart.
const podNetwork = `{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {
      "type": "ptp",
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/k3s/cni",
        "ranges": [[{"subnet": "` + PodCIDR + `"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`

// masquerade hides pods behind the node's address when they reach beyond the cluster. One rule for all of them is
// cheaper than the chain that the ptp plugin would make for each.
const masquerade = `
table ip pod-masquerade
delete table ip pod-masquerade
table ip pod-masquerade {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr ` + ClusterCIDR + ` ip daddr != ` + ClusterCIDR + ` masquerade
	}
}
`

// ConnectPods writes the CNI configuration to directory and sets up the way out.
func ConnectPods(ctx context.Context, directory string) error {
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return fmt.Errorf("writing pod network: %w", err)
	}
	if err := os.WriteFile(filepath.Join(directory, "10-pods.conflist"), []byte(podNetwork), 0o600); err != nil {
		return fmt.Errorf("writing pod network: %w", err)
	}
	command := exec.CommandContext(ctx, "nft", "-f", "-")
	command.Stdin = strings.NewReader(masquerade)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("setting up the pods' way out: nft: %w\n%s", err, output)
	}
	return nil
}
