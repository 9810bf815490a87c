package docker

import (
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// containerInputs are the inputs of a Container that this plugin acts on.
// Sizes are in MiB, times in seconds unless a field says otherwise.
type containerInputs struct {
	Name        string   `json:"name"`
	Image       string   `json:"image"`
	Hostname    string   `json:"hostname"`
	Command     []string `json:"command"`
	Entrypoints []string `json:"entrypoints"`
	Envs        []string `json:"envs"`
	Labels      []label  `json:"labels"`
	User        string   `json:"user"`
	WorkingDir  string   `json:"workingDir"`
	TTY         bool     `json:"tty"`
	StdinOpen   bool     `json:"stdinOpen"`

	NetworkMode string       `json:"networkMode"`
	Networks    []attachment `json:"networksAdvanced"`
	Ports       []port       `json:"ports"`
	Hosts       []host       `json:"hosts"`

	Volumes  []mount           `json:"volumes"`
	Tmpfs    map[string]string `json:"tmpfs"`
	ReadOnly bool              `json:"readOnly"`
	Devices  []device          `json:"devices"`
	Uploads  []upload          `json:"uploads"`

	LogDriver string            `json:"logDriver"`
	LogOpts   map[string]string `json:"logOpts"`

	Privileged   bool          `json:"privileged"`
	Capabilities *capabilities `json:"capabilities"`
	SecurityOpts []string      `json:"securityOpts"`
	CgroupnsMode string        `json:"cgroupnsMode"`
	UsernsMode   string        `json:"usernsMode"`
	Ulimits      []ulimit      `json:"ulimits"`

	Memory            int64  `json:"memory"`
	MemoryReservation int64  `json:"memoryReservation"`
	MemorySwap        int64  `json:"memorySwap"`
	ShmSize           int64  `json:"shmSize"`
	CPUSet            string `json:"cpuSet"`
	CPUShares         int64  `json:"cpuShares"`

	Restart             string       `json:"restart"`
	MaxRetryCount       int          `json:"maxRetryCount"`
	Init                bool         `json:"init"`
	Attach              bool         `json:"attach"`
	Logs                bool         `json:"logs"`
	Start               bool         `json:"start"`
	MustRun             bool         `json:"mustRun"`
	Remove              bool         `json:"rm"`
	RemoveVolumes       bool         `json:"removeVolumes"`
	DestroyGraceSeconds int          `json:"destroyGraceSeconds"`
	Wait                bool         `json:"wait"`
	WaitTimeout         int          `json:"waitTimeout"`
	Healthcheck         *healthcheck `json:"healthcheck"`
}

// label is a key with a value; the SDK has a list of them, the engine a map.
type label struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// attachment connects the container to a network, where it has the aliases as
// names besides its own.
type attachment struct {
	Name        string   `json:"name"`
	Aliases     []string `json:"aliases"`
	IPv4Address string   `json:"ipv4Address"`
}

// port publishes a port of the container on the host's address IP.
type port struct {
	Internal int    `json:"internal"`
	External int    `json:"external"` // 0 lets Docker choose
	IP       string `json:"ip"`
	Protocol string `json:"protocol"`
}

// host adds a line to the container's /etc/hosts.
type host struct {
	Host string `json:"host"`
	IP   string `json:"ip"`
}

// mount makes a folder of the host or a volume visible in the container. Without
// both it is a new anonymous volume.
type mount struct {
	ContainerPath string `json:"containerPath"`
	HostPath      string `json:"hostPath"`
	VolumeName    string `json:"volumeName"`
	ReadOnly      bool   `json:"readOnly"`
}

// device passes a device of the host; permissions are of "rwm".
type device struct {
	HostPath      string `json:"hostPath"`
	ContainerPath string `json:"containerPath"`
	Permissions   string `json:"permissions"`
}

// capabilities are added to and dropped from the engine's own set. "ALL" is one too.
type capabilities struct {
	Adds  []string `json:"adds"`
	Drops []string `json:"drops"`
}

// ulimit bounds what the container's processes may use, such as "nofile".
type ulimit struct {
	Name string `json:"name"`
	Soft int64  `json:"soft"`
	Hard int64  `json:"hard"`
}

// healthcheck is how the engine finds out whether the container does its work.
// Tests begins with CMD, CMD-SHELL or NONE; the times are Go durations.
type healthcheck struct {
	Tests         []string `json:"tests"`
	Interval      string   `json:"interval"`
	Timeout       string   `json:"timeout"`
	Retries       int      `json:"retries"`
	StartInterval string   `json:"startInterval"`
	StartPeriod   string   `json:"startPeriod"`
}

// parseContainer decodes and validates inputs without unknown values. The
// error joins everything that is wrong.
func parseContainer(inputs resource.PropertyMap) (containerInputs, error) {
	var parsed containerInputs
	if err := decode(inputs, &parsed); err != nil {
		return parsed, err
	}
	var problems []error
	for _, upload := range parsed.Uploads {
		_, contentErr := upload.content()
		_, modeErr := upload.mode()
		problems = append(problems, contentErr, modeErr)
	}
	for _, port := range parsed.Ports {
		if port.Internal < 1 || port.Internal > 65535 || port.External < 0 || port.External > 65535 {
			problems = append(problems, fmt.Errorf("ports: %d:%d is outside of 1 to 65535", port.External, port.Internal))
		}
	}
	for _, mount := range parsed.Volumes {
		if mount.ContainerPath == "" || mount.HostPath != "" && mount.VolumeName != "" {
			problems = append(problems, errors.New("volumes: give a containerPath and at most one of hostPath and volumeName"))
		}
	}
	if parsed.Attach || parsed.Logs {
		problems = append(problems, errors.New("attach and logs are not supported by the stand-in for air-gapped machines"))
	}
	_, err := parsed.Healthcheck.config()
	return parsed, errors.Join(append(problems, err)...)
}

// waitTimeout is how long to wait for a healthy container.
func (c containerInputs) waitTimeout() time.Duration {
	return time.Duration(c.WaitTimeout) * time.Second
}
