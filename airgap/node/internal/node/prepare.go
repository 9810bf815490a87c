package node

import (
	"context"
	"fmt"
	"os"
	"strings"

	apinet "k8s.io/apimachinery/pkg/util/net"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/cgroup"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/component"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/credentials"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/host"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/options"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/registries"
)

// prepare does everything that must be there before the first component starts.
func prepare(ctx context.Context, files layout.Layout, chosen options.Options) (component.Settings, error) {
	if err := host.Prepare(); err != nil {
		return component.Settings{}, err
	}
	if err := cgroup.Prepare(); err != nil {
		return component.Settings{}, err
	}
	settings, err := settings(files, chosen)
	if err != nil {
		return component.Settings{}, err
	}
	if err := host.ConnectPods(ctx, files.NetworkPlugins()); err != nil {
		return component.Settings{}, err
	}
	mirrors, err := registries.Read(files.Registries())
	if err != nil {
		return component.Settings{}, err
	}
	if err := mirrors.Write(component.RegistryHosts(settings)); err != nil {
		return component.Settings{}, err
	}
	return settings, credentials.Write(files, credentials.Node{
		Name:      settings.NodeName,
		IP:        settings.NodeIP,
		ServiceIP: host.ServiceIP,
		Port:      settings.APIPort,
	})
}

// settings joins what the user chose with what is found out about this container.
func settings(files layout.Layout, chosen options.Options) (component.Settings, error) {
	hostname, err := os.Hostname()
	if err != nil {
		return component.Settings{}, fmt.Errorf("reading host name: %w", err)
	}
	canRaisePriority, err := host.CanRaisePriority()
	if err != nil {
		return component.Settings{}, err
	}
	// The address of the default route: Docker may give another one at every start.
	ip, err := apinet.ChooseHostInterface()
	if err != nil {
		return component.Settings{}, fmt.Errorf("choosing the node's address: %w; connect the container to a network with a gateway", err)
	}
	return component.Settings{
		Files:            files,
		NodeName:         strings.ToLower(hostname),
		NodeIP:           ip.String(),
		APIPort:          6443, // that of k3s
		KubeletArgs:      chosen.KubeletArgs,
		Disabled:         chosen.Disabled,
		CanRaisePriority: canRaisePriority,
	}, nil
}
