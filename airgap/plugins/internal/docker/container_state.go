package docker

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const mebibyte = 1 << 20

// containerState is what the engine tells about a container, in the form of the state; known is the state or the inputs
// that it is compared with. Labels and variables are left out: the engine mixes them with those of the image.
func containerState(found container.InspectResponse, known containerInputs) (resource.PropertyMap, error) {
	config, host := found.Config, found.HostConfig
	live := map[string]any{
		"name": strings.TrimPrefix(found.Name, "/"), "image": config.Image,
		"hostname": config.Hostname, "domainname": config.Domainname, "user": config.User, "workingDir": config.WorkingDir,
		// Command and entrypoint are the image's own where the inputs have none.
		"command": texts(config.Cmd), "entrypoints": texts(config.Entrypoint),
		"tty": config.Tty, "stdinOpen": config.OpenStdin, "stopSignal": config.StopSignal, "stopTimeout": 0,
		"networkMode": host.NetworkMode, "ports": livePorts(found, known.Ports), "networkDatas": networkData(found.NetworkSettings),
		"bridge": "", // engines leave it empty now
		"dns":    texts(host.DNS), "dnsOpts": texts(host.DNSOptions), "dnsSearches": texts(host.DNSSearch),
		"publishAllPorts": host.PublishAllPorts, "tmpfs": orEmpty(host.Tmpfs), "readOnly": host.ReadonlyRootfs,
		"storageOpts": orEmpty(host.StorageOpt), "sysctls": orEmpty(host.Sysctls), "groupAdds": texts(host.GroupAdd),
		"logDriver": host.LogConfig.Type, "logOpts": orEmpty(host.LogConfig.Config), "privileged": host.Privileged,
		"securityOpts": texts(slices.Sorted(slices.Values(host.SecurityOpt))),
		"usernsMode":   host.UsernsMode, "ipcMode": host.IpcMode, "pidMode": host.PidMode, "runtime": host.Runtime,
		"memory": host.Memory / mebibyte, "memoryReservation": host.MemoryReservation / mebibyte, "memorySwap": host.MemorySwap / mebibyte,
		"shmSize": host.ShmSize / mebibyte, "cpuSet": host.CpusetCpus, "cpuShares": host.CPUShares,
		"restart": host.RestartPolicy.Name, "maxRetryCount": host.RestartPolicy.MaximumRetryCount,
		"rm": host.AutoRemove, "init": host.Init != nil && *host.Init,
	}
	if strings.HasPrefix(known.Image, "sha256:") {
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
		live["capabilities"] = capabilities{Adds: texts(host.CapAdd), Drops: texts(host.CapDrop)}
	}
	limits := []map[string]any{}
	for _, limit := range host.Ulimits {
		limits = append(limits, map[string]any{"name": limit.Name, "soft": limit.Soft, "hard": limit.Hard})
	}
	live["ulimits"] = limits
	if !found.State.Running {
		// The difference to the inputs makes the next update start it again. (The official plugin removes it in Read.)
		live["exitCode"], live["mustRun"] = found.State.ExitCode, false
	}
	return encode(live)
}

// networkData is ordered by the names of the networks: the engine has them in a map, and the state must not change with
// every run.
func networkData(settings *container.NetworkSettings) []map[string]any {
	data := []map[string]any{}
	if settings == nil {
		return data
	}
	for name, endpoint := range settings.Networks {
		data = append(data, map[string]any{
			"networkName": name, "gateway": endpoint.Gateway, "macAddress": endpoint.MacAddress,
			"ipAddress": endpoint.IPAddress, "ipPrefixLength": endpoint.IPPrefixLen, "ipv6Gateway": endpoint.IPv6Gateway,
			"globalIpv6Address": endpoint.GlobalIPv6Address, "globalIpv6PrefixLength": endpoint.GlobalIPv6PrefixLen,
		})
	}
	slices.SortFunc(data, func(a, b map[string]any) int {
		return strings.Compare(a["networkName"].(string), b["networkName"].(string))
	})
	return data
}

// livePorts reads the published ports in the order of the known ones, which the engine does not keep. A stopped container
// publishes nothing, and then its configuration counts.
func livePorts(found container.InspectResponse, known []port) []port {
	live := []port{}
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

// texts makes the absence of elements an empty list in the state, not null.
func texts[S ~[]string](values S) []string { return append([]string{}, values...) }
