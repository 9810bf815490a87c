package docker

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// containerLive is what the engine tells about a container, in the form of the
// state. Fields without a value in the engine are left out and keep what the
// state has: labels and variables, for instance, are mixed with the image's
// own there.
type containerLive struct {
	Name        string            `json:"name"`
	Image       string            `json:"image"`
	Hostname    string            `json:"hostname"`
	Domainname  string            `json:"domainname"`
	Command     []string          `json:"command"`
	Entrypoints []string          `json:"entrypoints"`
	Envs        []string          `json:"envs,omitempty"`
	User        string            `json:"user"`
	WorkingDir  string            `json:"workingDir"`
	TTY         bool              `json:"tty"`
	StdinOpen   bool              `json:"stdinOpen"`
	StopSignal  string            `json:"stopSignal"`
	StopTimeout int               `json:"stopTimeout"`
	NetworkMode string            `json:"networkMode"`
	Networks    []networkData     `json:"networkDatas"`
	Bridge      string            `json:"bridge"` // engines leave it empty now
	Ports       []port            `json:"ports,omitempty"`
	Hosts       []host            `json:"hosts"`
	DNS         []string          `json:"dns"`
	DNSOpts     []string          `json:"dnsOpts"`
	DNSSearches []string          `json:"dnsSearches"`
	PublishAll  bool              `json:"publishAllPorts"`
	Tmpfs       map[string]string `json:"tmpfs"`
	ReadOnly    bool              `json:"readOnly"`
	StorageOpts map[string]string `json:"storageOpts"`
	LogDriver   string            `json:"logDriver"`
	LogOpts     map[string]string `json:"logOpts"`

	Privileged   bool              `json:"privileged"`
	Capabilities *capabilities     `json:"capabilities,omitempty"`
	SecurityOpts []string          `json:"securityOpts"`
	UsernsMode   string            `json:"usernsMode"`
	IpcMode      string            `json:"ipcMode"`
	PidMode      string            `json:"pidMode"`
	Runtime      string            `json:"runtime"`
	Sysctls      map[string]string `json:"sysctls"`
	GroupAdds    []string          `json:"groupAdds"`
	Ulimits      []ulimit          `json:"ulimits,omitempty"`

	Memory            int64        `json:"memory"`
	MemoryReservation int64        `json:"memoryReservation"`
	MemorySwap        int64        `json:"memorySwap"`
	ShmSize           int64        `json:"shmSize"`
	CPUSet            string       `json:"cpuSet"`
	CPUShares         int64        `json:"cpuShares"`
	Restart           string       `json:"restart"`
	MaxRetryCount     int          `json:"maxRetryCount"`
	Init              bool         `json:"init"`
	Remove            bool         `json:"rm"`
	MustRun           *bool        `json:"mustRun,omitempty"`
	ExitCode          *int         `json:"exitCode,omitempty"`
	Healthcheck       *healthcheck `json:"healthcheck,omitempty"`
}

// networkData is the container's place in one network.
type networkData struct {
	NetworkName         string `json:"networkName"`
	Gateway             string `json:"gateway"`
	IPAddress           string `json:"ipAddress"`
	IPPrefixLength      int    `json:"ipPrefixLength"`
	IPv6Gateway         string `json:"ipv6Gateway"`
	GlobalIPv6Address   string `json:"globalIpv6Address"`
	GlobalIPv6PrefixLen int    `json:"globalIpv6PrefixLength"`
	MACAddress          string `json:"macAddress"`
}

// containerState reads a container; known is the state or the inputs that it
// is compared with.
func containerState(inspected container.InspectResponse, known containerInputs) (resource.PropertyMap, error) {
	live := containerLive{Name: strings.TrimPrefix(inspected.Name, "/")}
	live.readConfig(inspected.Config)
	if strings.HasPrefix(known.Image, "sha256:") {
		live.Image = inspected.Image // the ID; the configuration may have a tag
	}
	live.readHost(inspected.HostConfig)
	live.readNetworks(inspected.NetworkSettings)
	if len(known.Ulimits) > 0 {
		for _, limit := range inspected.HostConfig.Ulimits {
			live.Ulimits = append(live.Ulimits, ulimit{Name: limit.Name, Soft: limit.Soft, Hard: limit.Hard})
		}
	}
	if !inspected.State.Running {
		live.ExitCode = &inspected.State.ExitCode
		if known.Start && known.MustRun {
			// The difference to the inputs makes the next update start it again.
			live.MustRun = new(bool)
		}
	}
	if len(known.Ports) > 0 {
		live.Ports = livePorts(inspected, known.Ports)
	}
	return encode(live)
}

// readConfig reads what the container was made from. Command and entrypoint are
// the image's own where the inputs have none.
func (l *containerLive) readConfig(config *container.Config) {
	l.Image, l.Hostname, l.Domainname = config.Image, config.Hostname, config.Domainname
	l.Command, l.Entrypoints = orEmpty(config.Cmd), orEmpty(config.Entrypoint)
	l.User, l.WorkingDir = config.User, config.WorkingDir
	l.TTY, l.StdinOpen, l.StopSignal = config.Tty, config.OpenStdin, config.StopSignal
	if config.StopTimeout != nil {
		l.StopTimeout = *config.StopTimeout
	}
	if check := config.Healthcheck; check != nil {
		l.Healthcheck = &healthcheck{
			Tests: check.Test, Retries: check.Retries,
			Interval: check.Interval.String(), Timeout: check.Timeout.String(),
			StartInterval: check.StartInterval.String(), StartPeriod: check.StartPeriod.String(),
		}
	}
}

// readHost reads how the engine runs the container. Sizes become MiB again.
func (l *containerLive) readHost(config *container.HostConfig) {
	l.NetworkMode, l.UsernsMode = string(config.NetworkMode), string(config.UsernsMode)
	l.IpcMode, l.PidMode, l.Runtime = string(config.IpcMode), string(config.PidMode), config.Runtime
	l.DNS, l.DNSOpts, l.DNSSearches = orEmpty(config.DNS), orEmpty(config.DNSOptions), orEmpty(config.DNSSearch)
	l.PublishAll, l.Tmpfs, l.ReadOnly = config.PublishAllPorts, orEmptyMap(config.Tmpfs), config.ReadonlyRootfs
	l.StorageOpts, l.Sysctls = orEmptyMap(config.StorageOpt), orEmptyMap(config.Sysctls)
	l.LogDriver, l.LogOpts = config.LogConfig.Type, orEmptyMap(config.LogConfig.Config)
	l.Privileged, l.GroupAdds = config.Privileged, orEmpty(config.GroupAdd)
	l.SecurityOpts = orEmpty(slices.Sorted(slices.Values(config.SecurityOpt)))
	if len(config.CapAdd)+len(config.CapDrop) > 0 {
		l.Capabilities = &capabilities{Adds: orEmpty(config.CapAdd), Drops: orEmpty(config.CapDrop)}
	}
	l.Memory, l.MemoryReservation = config.Memory/mebibyte, config.MemoryReservation/mebibyte
	l.MemorySwap = config.MemorySwap
	if config.MemorySwap > 0 {
		l.MemorySwap = config.MemorySwap / mebibyte
	}
	l.ShmSize, l.CPUSet, l.CPUShares = config.ShmSize/mebibyte, config.CpusetCpus, config.CPUShares
	l.Restart, l.MaxRetryCount = string(config.RestartPolicy.Name), config.RestartPolicy.MaximumRetryCount
	l.Remove = config.AutoRemove
	l.Init = config.Init != nil && *config.Init
	l.Hosts = []host{}
	for _, entry := range config.ExtraHosts {
		name, address, _ := strings.Cut(entry, ":")
		l.Hosts = append(l.Hosts, host{Host: name, IP: address})
	}
}

// readNetworks orders the networks by name: the engine has them in a map, and
// the state must not change with every run.
func (l *containerLive) readNetworks(settings *container.NetworkSettings) {
	l.Networks = []networkData{}
	if settings == nil {
		return
	}
	for name, endpoint := range settings.Networks {
		l.Networks = append(l.Networks, networkData{
			NetworkName: name, Gateway: endpoint.Gateway,
			IPAddress: endpoint.IPAddress, IPPrefixLength: endpoint.IPPrefixLen,
			IPv6Gateway: endpoint.IPv6Gateway, GlobalIPv6Address: endpoint.GlobalIPv6Address,
			GlobalIPv6PrefixLen: endpoint.GlobalIPv6PrefixLen, MACAddress: endpoint.MacAddress,
		})
	}
	slices.SortFunc(l.Networks, func(a, b networkData) int { return cmp.Compare(a.NetworkName, b.NetworkName) })
}

// livePorts reads the published ports in the order of the known ones, which
// the engine does not keep. A stopped container publishes nothing, and then
// its configuration counts.
func livePorts(inspected container.InspectResponse, known []port) []port {
	var live []port
	for key, bindings := range inspected.HostConfig.PortBindings {
		if inspected.State.Running && inspected.NetworkSettings != nil && len(inspected.NetworkSettings.Ports[key]) > 0 {
			bindings = inspected.NetworkSettings.Ports[key]
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

// orEmpty makes the absence of elements an empty list in the state, not null.
func orEmpty[S ~[]string](values S) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func orEmptyMap(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}
