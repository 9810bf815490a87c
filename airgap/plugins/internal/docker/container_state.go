package docker

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
)

const mebibyte = 1 << 20

// state is what the engine tells about a container, in the form of the state. Labels and variables are left out: the engine mixes them with those of the image.
func (c containerInputs) state(found container.InspectResponse) map[string]any {
	config, host := found.Config, found.HostConfig
	live := map[string]any{
		"name": strings.TrimPrefix(found.Name, "/"), "image": config.Image,
		"hostname": config.Hostname, "domainname": config.Domainname, "user": config.User, "workingDir": config.WorkingDir,
		// Command and entrypoint are the image's own where the inputs have none.
		"command": config.Cmd, "entrypoints": config.Entrypoint,
		"tty": config.Tty, "stdinOpen": config.OpenStdin, "stopSignal": config.StopSignal, "stopTimeout": 0,
		"networkMode": host.NetworkMode, "ports": livePorts(found, c.Ports), "networkDatas": networkData(found.NetworkSettings),
		"dns": host.DNS, "dnsOpts": host.DNSOptions, "dnsSearches": host.DNSSearch,
		"publishAllPorts": host.PublishAllPorts, "tmpfs": host.Tmpfs, "readOnly": host.ReadonlyRootfs,
		"storageOpts": host.StorageOpt, "sysctls": host.Sysctls, "groupAdds": host.GroupAdd,
		"logDriver": host.LogConfig.Type, "logOpts": host.LogConfig.Config, "privileged": host.Privileged,
		"securityOpts": slices.Sorted(slices.Values(host.SecurityOpt)),
		"usernsMode":   host.UsernsMode, "ipcMode": host.IpcMode, "pidMode": host.PidMode, "runtime": host.Runtime,
		"memory": host.Memory / mebibyte, "memoryReservation": host.MemoryReservation / mebibyte, "memorySwap": host.MemorySwap / mebibyte,
		"shmSize": host.ShmSize / mebibyte, "cpuSet": host.CpusetCpus, "cpuShares": host.CPUShares,
		"restart": host.RestartPolicy.Name, "maxRetryCount": host.RestartPolicy.MaximumRetryCount,
		"rm": host.AutoRemove, "init": host.Init != nil && *host.Init,
	}
	if strings.HasPrefix(c.Image, "sha256:") {
		live["image"] = found.Image // the ID; the configuration may have a tag
	}
	if config.StopTimeout != nil {
		live["stopTimeout"] = *config.StopTimeout
	}
	if check := config.Healthcheck; check != nil {
		live["healthcheck"] = map[string]any{
			"tests": check.Test, "retries": check.Retries, "interval": check.Interval.String(), "timeout": check.Timeout.String(),
			"startInterval": check.StartInterval.String(), "startPeriod": check.StartPeriod.String(),
		}
	}
	if len(host.CapAdd)+len(host.CapDrop) > 0 {
		live["capabilities"] = capabilities{Adds: host.CapAdd, Drops: host.CapDrop}
	}
	var limits []map[string]any
	for _, limit := range host.Ulimits {
		limits = append(limits, map[string]any{"name": limit.Name, "soft": limit.Soft, "hard": limit.Hard})
	}
	live["ulimits"] = limits
	if !found.State.Running {
		// The difference to the inputs makes the next update start it again. (The official plugin removes it in Read.)
		live["exitCode"], live["mustRun"] = found.State.ExitCode, false
	}
	return live
}

// networkData is ordered by the names of the networks: the engine has them in a map, and the state must not change with
// every run.
func networkData(settings *container.NetworkSettings) (data []map[string]any) {
	if settings == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(settings.Networks)) {
		endpoint := settings.Networks[name]
		data = append(data, map[string]any{
			"networkName": name, "gateway": endpoint.Gateway, "macAddress": endpoint.MacAddress,
			"ipAddress": endpoint.IPAddress, "ipPrefixLength": endpoint.IPPrefixLen, "ipv6Gateway": endpoint.IPv6Gateway,
			"globalIpv6Address": endpoint.GlobalIPv6Address, "globalIpv6PrefixLength": endpoint.GlobalIPv6PrefixLen,
		})
	}
	return data
}

// livePorts reads the published ports in the order of the known ones, which the engine does not keep. A stopped container
// publishes nothing, and then its configuration counts.
func livePorts(found container.InspectResponse, known []port) []port {
	var live []port
	for key, bindings := range found.HostConfig.PortBindings {
		if found.State.Running && found.NetworkSettings != nil && len(found.NetworkSettings.Ports[key]) > 0 {
			bindings = found.NetworkSettings.Ports[key]
		}
		for _, binding := range bindings {
			external, _ := strconv.Atoi(binding.HostPort) // "" is 0: not published yet
			live = append(live, port{Internal: key.Int(), External: external, IP: binding.HostIP, Protocol: key.Proto()})
		}
	}
	position := func(p port) int {
		return slices.IndexFunc(known, func(k port) bool { return k.Internal == p.Internal && k.Protocol == p.Protocol })
	}
	slices.SortFunc(live, func(a, b port) int {
		return cmp.Or(cmp.Compare(position(a), position(b)), cmp.Compare(a.External, b.External))
	})
	return live
}
