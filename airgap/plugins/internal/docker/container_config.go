package docker

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"
)

const mebibyte = 1 << 20

// unconfinedPaths is an option of the docker command: it never reaches the
// engine, which takes two empty lists of paths instead.
const unconfinedPaths = "systempaths=unconfined"

// config is the part of a container that does not depend on its host.
func (c containerInputs) config() (*container.Config, error) {
	health, err := c.Healthcheck.config()
	if err != nil {
		return nil, err
	}
	config := &container.Config{
		Image: c.Image, Hostname: c.Hostname, User: c.User, WorkingDir: c.WorkingDir,
		Cmd: c.Command, Entrypoint: c.Entrypoints, Env: c.Envs,
		Tty: c.TTY, OpenStdin: c.StdinOpen, Healthcheck: health,
		Labels: map[string]string{}, ExposedPorts: nat.PortSet{}, Volumes: map[string]struct{}{},
	}
	for _, label := range c.Labels {
		config.Labels[label.Label] = label.Value
	}
	for _, port := range c.Ports {
		config.ExposedPorts[port.key()] = struct{}{}
	}
	for _, mount := range c.Volumes {
		if mount.HostPath == "" && mount.VolumeName == "" {
			config.Volumes[mount.ContainerPath] = struct{}{}
		}
	}
	return config, nil
}

// hostConfig is how the container is tied to its host.
func (c containerInputs) hostConfig() *container.HostConfig {
	host := &container.HostConfig{
		NetworkMode:    container.NetworkMode(c.NetworkMode),
		PortBindings:   nat.PortMap{},
		RestartPolicy:  container.RestartPolicy{Name: container.RestartPolicyMode(c.Restart), MaximumRetryCount: c.MaxRetryCount},
		AutoRemove:     c.Remove,
		Init:           &c.Init,
		Privileged:     c.Privileged,
		ReadonlyRootfs: c.ReadOnly,
		Tmpfs:          c.Tmpfs,
		CgroupnsMode:   container.CgroupnsMode(c.CgroupnsMode),
		UsernsMode:     container.UsernsMode(c.UsernsMode),
		LogConfig:      container.LogConfig{Type: c.LogDriver, Config: c.LogOpts},
		ShmSize:        c.ShmSize * mebibyte,
		Resources:      c.resources(),
	}
	if c.Capabilities != nil {
		host.CapAdd, host.CapDrop = c.Capabilities.Adds, c.Capabilities.Drops
	}
	host.SecurityOpt = slices.DeleteFunc(slices.Clone(c.SecurityOpts), func(option string) bool { return option == unconfinedPaths })
	if slices.Contains(c.SecurityOpts, unconfinedPaths) {
		host.MaskedPaths, host.ReadonlyPaths = []string{}, []string{}
	}
	for _, port := range c.Ports {
		host.PortBindings[port.key()] = append(host.PortBindings[port.key()], port.binding())
	}
	for _, name := range c.Hosts {
		host.ExtraHosts = append(host.ExtraHosts, name.Host+":"+name.IP)
	}
	for _, mount := range c.Volumes {
		if bind, ok := mount.bind(); ok {
			host.Binds = append(host.Binds, bind)
		}
	}
	return host
}

// resources turns sizes from MiB to bytes. Zero leaves the choice to the engine.
func (c containerInputs) resources() container.Resources {
	resources := container.Resources{
		Memory:            c.Memory * mebibyte,
		MemoryReservation: c.MemoryReservation * mebibyte,
		MemorySwap:        c.MemorySwap, // negative: no limit
		CpusetCpus:        c.CPUSet,
		CPUShares:         c.CPUShares,
	}
	if c.MemorySwap > 0 {
		resources.MemorySwap = c.MemorySwap * mebibyte
	}
	for _, limit := range c.Ulimits {
		resources.Ulimits = append(resources.Ulimits, &units.Ulimit{Name: limit.Name, Soft: limit.Soft, Hard: limit.Hard})
	}
	for _, device := range c.Devices {
		inside := device.ContainerPath
		if inside == "" {
			inside = device.HostPath
		}
		resources.Devices = append(resources.Devices, container.DeviceMapping{
			PathOnHost: device.HostPath, PathInContainer: inside, CgroupPermissions: device.Permissions,
		})
	}
	return resources
}

func (p port) key() nat.Port {
	return nat.Port(fmt.Sprintf("%d/%s", p.Internal, p.Protocol))
}

// binding leaves the host's port open when none is given: the engine chooses a
// free one.
func (p port) binding() nat.PortBinding {
	if p.External == 0 {
		return nat.PortBinding{HostIP: p.IP}
	}
	return nat.PortBinding{HostIP: p.IP, HostPort: strconv.Itoa(p.External)}
}

// bind is the mount in the engine's form, "source:target:mode"; ok is false for an
// anonymous volume, which is part of the configuration instead.
func (m mount) bind() (string, bool) {
	source := m.HostPath + m.VolumeName // at most one is set
	if source == "" {
		return "", false
	}
	if m.ReadOnly {
		return source + ":" + m.ContainerPath + ":ro", true
	}
	return source + ":" + m.ContainerPath + ":rw", true
}

// endpoint fixes the address only when one is given; the aliases resolve to the
// container for every other one on the network.
func (a attachment) endpoint() *network.EndpointSettings {
	settings := &network.EndpointSettings{Aliases: a.Aliases}
	if _, err := netip.ParseAddr(a.IPv4Address); err == nil {
		settings.IPAMConfig = &network.EndpointIPAMConfig{IPv4Address: a.IPv4Address}
	}
	return settings
}

// config is nil without a health check: the image may have its own.
func (h *healthcheck) config() (*container.HealthConfig, error) {
	if h == nil {
		return nil, nil
	}
	config := &container.HealthConfig{Test: h.Tests, Retries: h.Retries}
	for _, duration := range []struct {
		name, text string
		target     *time.Duration
	}{
		{"interval", h.Interval, &config.Interval}, {"timeout", h.Timeout, &config.Timeout},
		{"startInterval", h.StartInterval, &config.StartInterval}, {"startPeriod", h.StartPeriod, &config.StartPeriod},
	} {
		parsed, err := time.ParseDuration(duration.text)
		if err != nil {
			return nil, fmt.Errorf("healthcheck.%s: %q is not a duration such as 5s", duration.name, duration.text)
		}
		*duration.target = parsed
	}
	return config, nil
}
