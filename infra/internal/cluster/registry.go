package cluster

import (
	"fmt"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// registryContainerPort is where the registry serves in its container.
	registryContainerPort = 5000
	// registryData is where registry:3 keeps its blobs.
	registryData = "/var/lib/registry"
)

// newRegistry declares the registry. Its images are in a volume, so they outlive a replaced container.
func (l *local) newRegistry(ctx *pulumi.Context, network *docker.Network) (*docker.Container, error) {
	volume, err := docker.NewVolume(ctx, "registry-data", &docker.VolumeArgs{
		Name:   pulumi.String(l.settings.RegistryName()),
		Labels: volumeLabels(l.labels),
	}, pulumi.Parent(l), pulumi.DeleteBeforeReplace(true))
	if err != nil {
		return nil, fmt.Errorf("declaring the registry's volume: %w", err)
	}
	registry, err := docker.NewContainer(ctx, "registry", &docker.ContainerArgs{
		Name:     pulumi.String(l.settings.RegistryName()),
		Hostname: pulumi.String(l.settings.RegistryName()),
		Image:    pulumi.String(l.settings.RegistryImage),
		Envs: pulumi.ToStringArray([]string{
			// Without its cache in memory, what is on its disk is what it holds: where that was removed, the cache would keep
			// an image from being pushed whole again. Empty is off, see the configuration of the distribution project.
			"REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR=",
			"REGISTRY_STORAGE_DELETE_ENABLED=true",
		}),
		Labels:    containerLabels(l.labels),
		LogDriver: pulumi.String(logDriver),
		LogOpts:   logOpts(),
		Restart:   pulumi.String("unless-stopped"),
		NetworksAdvanced: docker.ContainerNetworksAdvancedArray{
			docker.ContainerNetworksAdvancedArgs{Name: network.Name},
		},
		Ports: docker.ContainerPortArray{publish(l.settings.RegistryPort, registryContainerPort)},
		Volumes: docker.ContainerVolumeArray{
			docker.ContainerVolumeArgs{VolumeName: volume.Name, ContainerPath: pulumi.String(registryData)},
		},
		Healthcheck: healthcheck(fmt.Sprintf("wget -q -O /dev/null http://127.0.0.1:%d/v2/", registryContainerPort)),
		Wait:        pulumi.Bool(true),
		WaitTimeout: pulumi.Int(60),
	}, pulumi.Parent(l), pulumi.DeleteBeforeReplace(true), pulumi.IgnoreChanges(setByEngine()))
	if err != nil {
		return nil, fmt.Errorf("declaring the registry: %w", err)
	}
	return registry, nil
}

// announceRegistry publishes the registry's name in the cluster in the form that local development tools look for (KEP
// 1755, also followed by kind and k3d).
func announceRegistry(ctx *pulumi.Context, cluster *Cluster, parent pulumi.Resource) error {
	_, err := corev1.NewConfigMap(ctx, "local-registry-hosting", &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{
			Name:      pulumi.String("local-registry-hosting"),
			Namespace: pulumi.String("kube-public"),
			// Whoever else announces a registry here, this is the one that there is.
			Annotations: pulumi.StringMap{"pulumi.com/patchForce": pulumi.String("true")},
		},
		Data: pulumi.StringMap{"localRegistryHosting.v1": pulumi.Sprintf("host: %q\n", cluster.Registry)},
	}, append([]pulumi.ResourceOption{pulumi.Parent(parent)}, cluster.Options...)...)
	if err != nil {
		return fmt.Errorf("declaring the ConfigMap that names the registry: %w", err)
	}
	return nil
}
