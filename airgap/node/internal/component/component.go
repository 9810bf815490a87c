// Package component holds how each part of the node is run: its arguments and its configuration file.
package component

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
)

// Settings are what the components must agree on.
type Settings struct {
	Files layout.Layout
	// NodeName is the name of the Node object: the host name in lower case.
	NodeName string
	NodeIP   string
	// APIPort is the port of the API server.
	APIPort int
	// KubeletArgs are the user's flags of the kubelet, without leading dashes.
	KubeletArgs []string
	// Disabled are the addons that the user does not want.
	Disabled []string
	// CanRaisePriority says that processes may be protected from the out-of-memory killer (CAP_SYS_RESOURCE).
	CanRaisePriority bool
}

// PauseImage is the image that holds the namespaces of pods. It is imported from the node's own files.
const PauseImage = "localhost/ashapp-backend-airgap/pause:1"

// etcd's loopback ports.
const (
	etcdClients = "https://127.0.0.1:2379"
	etcdPeers   = "https://127.0.0.1:2380"
)

// writeYAML writes a component's configuration object.
func writeYAML(path string, object any) error {
	encoded, err := yaml.Marshal(object)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	return writeFile(path, encoded)
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making folder of configuration: %w", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("writing configuration: %w", err)
	}
	return nil
}
