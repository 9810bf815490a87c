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

// logDriver keeps what a container has said where docker logs finds it, whatever the engine's own default is.
const logDriver = "json-file"

// logOpts bounds what a container's log takes on the disk, which the driver by itself does not: 30 MB.
func logOpts() pulumi.StringMap {
	return pulumi.StringMap{"max-size": pulumi.String("10m"), "max-file": pulumi.String("3")}
}

// setByEngine are those inputs of every container into which an engine mixes values of its own configuration (daemon.json),
// and which are then read back: a difference would be found in them, and the container replaced for nothing. What is stated
// of them counts when a container is created.
//
//   - logOpts: the engine adds those of its log-opts that the container does not state, where the driver is the same.
//   - logDriver goes with it: a container that another version has created may have the engine's.
//   - ulimits: the engine tells its default-ulimits as if they were the container's. None are stated, since an engine without
//     SYS_RESOURCE cannot raise them.
//
// The rest of daemon.json needs no mention. Runtime, ipcMode and shmSize that are not stated are what the engine says, by the
// provider's schema; dns, cgroupnsMode and live-restore are not read back, and init is always sent.
func setByEngine() []string { return []string{"logDriver", "logOpts", "ulimits"} }

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
