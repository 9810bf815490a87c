package cluster

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// publish maps a port of a container to this machine's loopback address.
func publish(external, internal int) docker.ContainerPortArgs {
	return docker.ContainerPortArgs{
		Ip: pulumi.String(loopback), External: pulumi.Int(external), Internal: pulumi.Int(internal),
	}
}

// healthcheck asks every three seconds, so that what waits for the container loses no more than that. It does not ask more
// often, because the engine starts a process each time: one that did so in the moment in which the container was stopped
// has crashed a Docker 20.10.
func healthcheck(command string) docker.ContainerHealthcheckArgs {
	return docker.ContainerHealthcheckArgs{
		Tests:    pulumi.ToStringArray([]string{"CMD-SHELL", command}),
		Interval: pulumi.String("3s"),
		Timeout:  pulumi.String("5s"),
		Retries:  pulumi.Int(60),
	}
}

// The SDK has a type of its own for the labels of each kind of object.

func containerLabels(labels map[string]string) (array docker.ContainerLabelArray) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		array = append(array, docker.ContainerLabelArgs{Label: pulumi.String(key), Value: pulumi.String(labels[key])})
	}
	return array
}

func networkLabels(labels map[string]string) (array docker.NetworkLabelArray) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		array = append(array, docker.NetworkLabelArgs{Label: pulumi.String(key), Value: pulumi.String(labels[key])})
	}
	return array
}

func volumeLabels(labels map[string]string) (array docker.VolumeLabelArray) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		array = append(array, docker.VolumeLabelArgs{Label: pulumi.String(key), Value: pulumi.String(labels[key])})
	}
	return array
}
