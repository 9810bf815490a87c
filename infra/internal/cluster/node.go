package cluster

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	// apiContainerPort is where k3s serves the Kubernetes API.
	apiContainerPort = 6443
	// tlsDirectory is where k3s looks for certificate authorities before it makes its own.
	tlsDirectory = "/var/lib/rancher/k3s/server/tls/"
	// nodeReady is the healthcheck: the API server answers that its one node, which is named after the container's host
	// name, is Ready. kubectl is in the image and finds its own kubeconfig.
	nodeReady = `kubectl get node "$(hostname)" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' | grep -q True`
)

// newNode declares the container that is the whole cluster. It counts as created when the node is Ready.
func (l *local) newNode(
	ctx *pulumi.Context, network *docker.Network, credentials pki, nodePort int,
) (*docker.Container, error) {
	mirrors, err := registryMirrors(l.settings)
	if err != nil {
		return nil, err
	}
	args := &docker.ContainerArgs{
		Name:     pulumi.String(l.settings.NodeName()),
		Hostname: pulumi.String(l.settings.NodeName()),
		Image:    pulumi.String(l.settings.NodeImage),
		Command: pulumi.ToStringArray([]string{
			"server",
			// What the backend needs none of, so that the node starts sooner. Its autoscaler needs metrics-server.
			"--disable=traefik,servicelb,local-storage",
			// The default of 15 % free would evict pods on many a developer's disk.
			"--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%",
			// What a pod has logged takes as much as what a container of Docker's has (logOpts).
			"--kubelet-arg=container-log-max-size=10Mi",
			"--kubelet-arg=container-log-max-files=3",
		}),
		Labels:    containerLabels(l.labels),
		LogDriver: pulumi.String(logDriver),
		LogOpts:   logOpts(),
		Restart:   pulumi.String("unless-stopped"),
		NetworksAdvanced: docker.ContainerNetworksAdvancedArray{
			docker.ContainerNetworksAdvancedArgs{Name: network.Name},
		},
		Ports: docker.ContainerPortArray{
			publish(l.settings.APIPort, apiContainerPort),
			publish(nodePort, nodePort),
		},
		Uploads: append(credentials.uploads(), docker.ContainerUploadArgs{
			File: pulumi.String("/etc/rancher/k3s/registries.yaml"), Content: pulumi.String(mirrors),
		}),
		Init:         pulumi.Bool(false), // k3s evacuates its own cgroup, which takes being process 1
		CgroupnsMode: pulumi.String("private"),
		UsernsMode:   pulumi.String("host"), // an engine that remaps users has no privileges to give inside of the mapping
		Tmpfs:        pulumi.StringMap{"/run": pulumi.String(""), "/var/run": pulumi.String(""), "/tmp": pulumi.String("")},
		Devices: docker.ContainerDeviceArray{docker.ContainerDeviceArgs{
			HostPath: pulumi.String("/dev/kmsg"), ContainerPath: pulumi.String("/dev/kmsg"), Permissions: pulumi.String("rwm"),
		}},
		Healthcheck: healthcheck(nodeReady),
		Wait:        pulumi.Bool(true),
		WaitTimeout: pulumi.Int(l.settings.ReadyTimeoutSeconds),
	}
	grantPrivileges(args, l.settings.Privileged)
	node, err := docker.NewContainer(ctx, "node", args, pulumi.Parent(l),
		// The name and the published ports can be held by one container at a time.
		pulumi.DeleteBeforeReplace(true),
		// Docker does not tell systempaths again, so after a refresh the node would be replaced for nothing. A node that was
		// created without usernsMode runs on an engine that remaps no users, where it makes no difference.
		pulumi.IgnoreChanges(append(setByEngine(), "securityOpts", "usernsMode")))
	if err != nil {
		return nil, fmt.Errorf("declaring the node: %w", err)
	}
	return node, nil
}

// grantPrivileges gives the node what a kubelet and a container runtime need. Where the engine cannot grant every
// privilege, all capabilities but SYS_RESOURCE and no confinement are enough for k3s on hosts with cgroup v1. A node
// that makes its cgroup tree writable by itself is not tied to v1.
func grantPrivileges(args *docker.ContainerArgs, privileged bool) {
	if privileged {
		args.Privileged = pulumi.Bool(true)
		return
	}
	args.Capabilities = &docker.ContainerCapabilitiesArgs{
		Adds:  pulumi.ToStringArray([]string{"ALL"}),
		Drops: pulumi.ToStringArray([]string{"CAP_SYS_RESOURCE"}), // in the form in which Docker tells it again
	}
	args.SecurityOpts = pulumi.ToStringArray(
		[]string{"seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"})
}

// registryMirrors is the node's registries.yaml: it reaches the registry by its name in the network, under the name that
// it has on this machine as well as under its own.
func registryMirrors(s settings.Cluster) (string, error) {
	type mirror struct {
		Endpoint []string `json:"endpoint"`
	}
	inNetwork := fmt.Sprintf("%s:%d", s.RegistryName(), registryContainerPort)
	toRegistry := mirror{Endpoint: []string{"http://" + inNetwork}}
	content, err := json.Marshal(map[string]map[string]mirror{ // JSON is YAML
		"mirrors": {s.RegistryHost(): toRegistry, inNetwork: toRegistry},
	})
	if err != nil {
		return "", fmt.Errorf("writing the node's registry mirrors: %w", err)
	}
	return string(content), nil
}
