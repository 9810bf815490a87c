// Command node is a single-node Kubernetes that takes the place of the k3s image on machines that cannot download it:
// the same command line, the same files, the same paths.
package main

import (
	"os"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/node"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/reaper"
)

func main() {
	// The first process of a container must reap orphans, and Go's os/exec wants to wait for its own children. Two
	// processes keep the two jobs apart: the first reaps, its child is the node.
	if os.Getpid() == 1 {
		os.Exit(reaper.Run("/proc/self/exe", os.Args, os.Stderr))
	}
	os.Exit(node.Main(os.Args[1:], os.Stdout))
}
