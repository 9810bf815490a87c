package docker

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"
)

// containerInputs are the inputs of a Container, with the rules of the Terraform provider (3.6, resource_docker_container.go).
type containerInputs struct {
	Name         string            `json:"name" tf:"required replaces"`
	Image        string            `json:"image" tf:"required replaces"`
	Hostname     string            `json:"hostname" tf:"replaces computed"`
	Command      []string          `json:"command" tf:"replaces computed"`
	Envs         []string          `json:"envs" tf:"set replaces computed"`
	Labels       []label           `json:"labels" tf:"set replaces computed"`
	NetworkMode  string            `json:"networkMode" tf:"replaces fixed=bridge"`
	Networks     []attachment      `json:"networksAdvanced" tf:"set replaces"`
	Ports        []port            `json:"ports" tf:"replaces"`
	Volumes      []mount           `json:"volumes" tf:"set replaces"`
	Tmpfs        map[string]string `json:"tmpfs"`
	Devices      []device          `json:"devices" tf:"set replaces"`
	Uploads      []upload          `json:"uploads" tf:"set replaces"`
	Privileged   bool              `json:"privileged" tf:"replaces"`
	Capabilities *capabilities     `json:"capabilities" tf:"replaces"`
	SecurityOpts []string          `json:"securityOpts" tf:"set replaces computed"`
	CgroupnsMode string            `json:"cgroupnsMode" tf:"replaces"`
	UsernsMode   string            `json:"usernsMode" tf:"replaces"`
	LogDriver    string            `json:"logDriver" tf:"replaces computed"`
	LogOpts      map[string]string `json:"logOpts" tf:"replaces"`
	Restart      string            `json:"restart" tf:"default=no"`
	Init         *bool             `json:"init" tf:"computed"`
	MustRun      bool              `json:"mustRun" tf:"fixed=true"`
	Wait         bool              `json:"wait" tf:"default=false"`
	WaitTimeout  int64             `json:"waitTimeout" tf:"default=60"` // seconds
	Healthcheck  *healthcheck      `json:"healthcheck" tf:"computed"`
}

// attachment connects the container to a network, where it has the aliases as names besides its own.
type attachment struct {
	Name    string   `json:"name" tf:"required"`
	Aliases []string `json:"aliases" tf:"set"`
}

// port publishes a port of the container on the host's address IP.
type port struct {
	Internal int    `json:"internal" tf:"required"`
	External int    `json:"external" tf:"computed"` // 0 lets Docker choose
	IP       string `json:"ip" tf:"default=0.0.0.0"`
	Protocol string `json:"protocol" tf:"default=tcp"`
}

// mount makes a volume visible in the container.
type mount struct {
	ContainerPath string `json:"containerPath" tf:"required"`
	VolumeName    string `json:"volumeName" tf:"required"`
	ReadOnly      bool   `json:"readOnly"`
}

// device passes a device of the host; permissions are of "rwm".
type device struct {
	HostPath      string `json:"hostPath" tf:"required"`
	ContainerPath string `json:"containerPath" tf:"required"`
	Permissions   string `json:"permissions" tf:"required"`
}

// upload is a file that is copied into the container before it starts. Folders that are missing are made.
type upload struct {
	File        string `json:"file" tf:"required"`
	Content     string `json:"content" tf:"required"`
	Permissions mode   `json:"permissions" tf:"text"`
	Executable  bool   `json:"executable" tf:"fixed=false"`
}

// capabilities are added to and dropped from the engine's own set. "ALL" is one too.
type capabilities struct {
	Adds  []string `json:"adds" tf:"set"`
	Drops []string `json:"drops" tf:"set"`
}

// healthcheck is how the engine finds out whether the container does its work. Tests begins with CMD, CMD-SHELL or NONE.
type healthcheck struct {
	Tests         []string `json:"tests" tf:"required"`
	Interval      duration `json:"interval" tf:"text default=0s"`
	Timeout       duration `json:"timeout" tf:"text default=0s"`
	Retries       int      `json:"retries" tf:"default=0"`
	StartInterval duration `json:"startInterval" tf:"text default=0s"`
	StartPeriod   duration `json:"startPeriod" tf:"text default=0s"`
}

// containerSchema has the inputs and what else the official plugin records in its state.
func containerSchema() schema.Schema {
	return schema.Of[containerInputs]().
		And("unknown replaces", "cgroupParent cpus domainname gpus pidMode").
		And("unknown replaces kept", "user workingDir").
		And("unknown replaces computed", "ipcMode runtime stopSignal").
		And("unknown computed", "bridge containerLogs id").
		And("unknown", "cpuSet").
		And("unknown number replaces computed", "shmSize stopTimeout").
		And("unknown number computed", "exitCode").
		And("unknown number", "cpuPeriod cpuQuota cpuShares destroyGraceSeconds maxRetryCount memory memorySwap").
		And("number fixed=0", "memoryReservation").
		And("number fixed=15000", "containerReadRefreshTimeoutMilliseconds").
		And("boolean fixed=false", "attach logs rm").
		And("boolean fixed=true", "removeVolumes start").
		And("boolean fixed=false replaces", "readOnly stdinOpen tty").
		And("unknown boolean replaces", "publishAllPorts").
		And("unknown mapping replaces", "storageOpts sysctls").
		And("unknown list of=text replaces computed", "entrypoints").
		And("unknown set of=text replaces", "dns dnsOpts dnsSearches groupAdds").
		And("unknown set of=object replaces", "hosts mounts ulimits").
		And("unknown list of=object computed", "networkDatas")
}

// duration is written as Go does, such as "1m30s". None is zero.
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(cmp.Or(string(text), "0s"))
	if err != nil {
		return fmt.Errorf("a time of the health check: %q is not a duration such as 5s", text)
	}
	*d = duration(parsed)
	return nil
}

// mode is the mode of a file. Zero stands for that of the official plugin, 0644.
type mode int64

// UnmarshalText reads octal digits.
func (m *mode) UnmarshalText(text []byte) error {
	parsed, err := strconv.ParseUint(cmp.Or(string(text), "0"), 8, 12)
	if err != nil {
		return fmt.Errorf("permissions of an upload: %q is not an octal mode such as 0600", text)
	}
	*m = mode(parsed)
	return nil
}
