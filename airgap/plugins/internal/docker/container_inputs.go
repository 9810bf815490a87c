package docker

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// containerInputs are the inputs of a Container, with the rules of the Terraform provider (3.6, resource_docker_container.go).
type containerInputs struct {
	Name     string   `json:"name" tf:"required replaces"`
	Image    string   `json:"image" tf:"required replaces"`
	Hostname string   `json:"hostname" tf:"replaces computed"`
	Command  []string `json:"command" tf:"replaces computed"`
	Envs     []string `json:"envs" tf:"set replaces computed as=env"`
	Labels   []label  `json:"labels" tf:"set replaces computed"`

	NetworkMode string       `json:"networkMode" tf:"replaces fixed=bridge"`
	Networks    []attachment `json:"networksAdvanced" tf:"set replaces"`
	Ports       []port       `json:"ports" tf:"replaces"`

	Volumes []mount           `json:"volumes" tf:"set replaces"`
	Tmpfs   map[string]string `json:"tmpfs"`
	Devices []device          `json:"devices" tf:"set replaces"`
	Uploads []upload          `json:"uploads" tf:"set replaces as=upload"`

	Privileged   bool          `json:"privileged" tf:"replaces"`
	Capabilities *capabilities `json:"capabilities" tf:"replaces"`
	SecurityOpts []string      `json:"securityOpts" tf:"set replaces computed"`
	CgroupnsMode string        `json:"cgroupnsMode" tf:"replaces"`
	UsernsMode   string        `json:"usernsMode" tf:"replaces"`

	LogDriver string            `json:"logDriver" tf:"replaces computed"`
	LogOpts   map[string]string `json:"logOpts" tf:"replaces"`

	Restart     string       `json:"restart" tf:"default=no"`
	Init        *bool        `json:"init" tf:"computed"`
	MustRun     bool         `json:"mustRun" tf:"fixed=true"`
	Wait        bool         `json:"wait" tf:"default=false"`
	WaitTimeout int64        `json:"waitTimeout" tf:"default=60"` // seconds
	Healthcheck *healthcheck `json:"healthcheck" tf:"computed"`
}

// attachment connects the container to a network, where it has the aliases as names besides its own.
type attachment struct {
	Name        string   `json:"name" tf:"required"`
	Aliases     []string `json:"aliases" tf:"set"`
	IPv4Address string   `json:"ipv4Address" tf:"unknown"`
	IPv6Address string   `json:"ipv6Address" tf:"unknown"`
	MACAddress  string   `json:"macAddress" tf:"unknown"`
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
	FromContainer string `json:"fromContainer" tf:"unknown"`
	HostPath      string `json:"hostPath" tf:"unknown"`
}

// device passes a device of the host; permissions are of "rwm".
type device struct {
	HostPath      string `json:"hostPath" tf:"required"`
	ContainerPath string `json:"containerPath" tf:"required"`
	Permissions   string `json:"permissions" tf:"required"`
}

// upload is a file that is copied into the container before it starts. Folders that are missing are made.
type upload struct {
	File          string `json:"file" tf:"required"`
	Content       string `json:"content" tf:"required"`
	Permissions   mode   `json:"permissions" tf:"text"`
	Executable    bool   `json:"executable" tf:"fixed=false"`
	ContentBase64 string `json:"contentBase64" tf:"unknown"`
	Source        string `json:"source" tf:"unknown"`
	SourceHash    string `json:"sourceHash" tf:"unknown"`
}

// capabilities are added to and dropped from the engine's own set. "ALL" is one too.
type capabilities struct {
	Adds  []string `json:"adds" tf:"set as=add"`
	Drops []string `json:"drops" tf:"set as=drop"`
}

// healthcheck is how the engine finds out whether the container does its work. Tests begins with CMD, CMD-SHELL or NONE.
type healthcheck struct {
	Tests         []string `json:"tests" tf:"required as=test"`
	Interval      duration `json:"interval" tf:"text default=0s"`
	Timeout       duration `json:"timeout" tf:"text default=0s"`
	Retries       int      `json:"retries" tf:"default=0"`
	StartInterval duration `json:"startInterval" tf:"text default=0s"`
	StartPeriod   duration `json:"startPeriod" tf:"text default=0s"`
}

// containerSchema has the inputs and what else the official plugin records in its state.
func containerSchema() schema {
	strings := property{}
	return schemaOf(reflect.TypeFor[containerInputs]()).
		and("cgroupParent cpus domainname gpus pidMode", property{replaces: true}).
		and("user workingDir", property{replaces: true, kept: true}).
		and("ipcMode runtime stopSignal", property{replaces: true, computed: true}).
		and("shmSize stopTimeout", property{kind: number, replaces: true, computed: true}).
		and("cpuSet", property{}).
		and("cpuPeriod cpuQuota cpuShares destroyGraceSeconds maxRetryCount memory memorySwap", property{kind: number}).
		and("memoryReservation", property{kind: number, standard: 0.0}).
		and("containerReadRefreshTimeoutMilliseconds", property{kind: number, standard: 15000.0}).
		and("attach logs rm", property{kind: boolean, standard: false}).
		and("removeVolumes start", property{kind: boolean, standard: true}).
		and("readOnly stdinOpen tty", property{kind: boolean, replaces: true, standard: false}).
		and("publishAllPorts", property{kind: boolean, replaces: true}).
		and("storageOpts sysctls", property{kind: mapping, replaces: true}).
		and("entrypoints=entrypoint", property{kind: list, element: &strings, replaces: true, computed: true}).
		and("dns dnsOpts dnsSearches=dns_search groupAdds=group_add", property{kind: set, element: &strings, replaces: true}).
		and("hosts=host mounts ulimits=ulimit", property{kind: set, element: &property{kind: object}, replaces: true}).
		and("networkDatas=network_data", property{kind: list, element: &property{kind: object}, computed: true}).
		and("bridge containerLogs", property{computed: true}).
		and("exitCode", property{kind: number, computed: true})
}

// duration is written as Go does, such as "1m30s".
type duration time.Duration

// UnmarshalJSON reads a duration.
func (d *duration) UnmarshalJSON(encoded []byte) error {
	return parseText(encoded, "a time of the health check", "a duration such as 5s", func(text string) error {
		parsed, err := time.ParseDuration(text)
		*d = duration(parsed)
		return err
	})
}

// mode is the mode of a file. Zero stands for that of the official plugin, 0644.
type mode int64

// UnmarshalJSON reads a mode as octal digits.
func (m *mode) UnmarshalJSON(encoded []byte) error {
	return parseText(encoded, "permissions of an upload", "an octal mode such as 0600", func(text string) error {
		parsed, err := strconv.ParseUint(text, 8, 12)
		*m = mode(parsed)
		return err
	})
}

// parseText explains what was expected instead of a JSON text that cannot be parsed. None leaves the value as it is.
func parseText(encoded []byte, subject, expected string, parse func(string) error) error {
	var text string
	if err := json.Unmarshal(encoded, &text); err != nil || text == "" {
		return err
	}
	if err := parse(text); err != nil {
		return fmt.Errorf("%s: %q is not %s", subject, text, expected)
	}
	return nil
}
