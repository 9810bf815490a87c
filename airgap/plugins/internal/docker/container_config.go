package docker

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"
)

// unconfinedPaths is an option of the docker command: it never reaches the engine, which takes two empty lists of paths
// instead.
const unconfinedPaths = "systempaths=unconfined"

// config is the part of a container that does not depend on its host.
func (c containerInputs) config() *container.Config {
	config := &container.Config{
		Image: c.Image, Hostname: c.Hostname, Cmd: c.Command, Env: c.Envs,
		Labels: labelMap(c.Labels), ExposedPorts: nat.PortSet{}, Healthcheck: c.Healthcheck.config(),
	}
	for _, port := range c.Ports {
		config.ExposedPorts[port.key()] = struct{}{}
	}
	return config
}

// hostConfig is how the container is tied to its host.
func (c containerInputs) hostConfig() *container.HostConfig {
	host := &container.HostConfig{
		NetworkMode:   container.NetworkMode(c.NetworkMode),
		PortBindings:  nat.PortMap{},
		RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyMode(c.Restart)},
		LogConfig:     container.LogConfig{Type: c.LogDriver, Config: c.LogOpts},
		Init:          c.Init, Privileged: c.Privileged, Tmpfs: c.Tmpfs,
		CgroupnsMode: container.CgroupnsMode(c.CgroupnsMode), UsernsMode: container.UsernsMode(c.UsernsMode),
	}
	if c.Capabilities != nil {
		host.CapAdd, host.CapDrop = c.Capabilities.Adds, c.Capabilities.Drops
	}
	host.SecurityOpt = slices.DeleteFunc(slices.Clone(c.SecurityOpts), func(option string) bool { return option == unconfinedPaths })
	if slices.Contains(c.SecurityOpts, unconfinedPaths) {
		host.MaskedPaths, host.ReadonlyPaths = []string{}, []string{}
	}
	for _, port := range c.Ports {
		binding := nat.PortBinding{HostIP: port.IP} // without a port the engine chooses a free one
		if port.External != 0 {
			binding.HostPort = strconv.Itoa(port.External)
		}
		host.PortBindings[port.key()] = append(host.PortBindings[port.key()], binding)
	}
	for _, mount := range c.Volumes {
		access := "rw"
		if mount.ReadOnly {
			access = "ro"
		}
		host.Binds = append(host.Binds, mount.VolumeName+":"+mount.ContainerPath+":"+access)
	}
	for _, device := range c.Devices {
		host.Devices = append(host.Devices, container.DeviceMapping{
			PathOnHost: device.HostPath, PathInContainer: device.ContainerPath, CgroupPermissions: device.Permissions,
		})
	}
	return host
}

func (p port) key() nat.Port { return nat.Port(fmt.Sprintf("%d/%s", p.Internal, p.Protocol)) }

// config is nil without a health check: the image may have its own.
func (h *healthcheck) config() *container.HealthConfig {
	if h == nil {
		return nil
	}
	return &container.HealthConfig{
		Test: h.Tests, Retries: h.Retries, Interval: time.Duration(h.Interval), Timeout: time.Duration(h.Timeout),
		StartInterval: time.Duration(h.StartInterval), StartPeriod: time.Duration(h.StartPeriod),
	}
}
