package docker

import (
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	"github.com/docker/go-units"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatAnEngineFillsInIsReadBack holds the plugin to the Terraform provider: what its schema calls computed is no
// difference when the program does not state it, anything else is. Sets get into the state with a refresh only.
func TestWhatAnEngineFillsInIsReadBack(t *testing.T) {
	t.Parallel()
	logging := func(options ...string) map[string]any {
		stated := map[string]any{}
		for _, option := range options {
			stated[option] = "x"
		}
		return map[string]any{"logDriver": "json-file", "logOpts": stated}
	}
	fill := func(change func(*container.HostConfig)) func(*fakeEngine) {
		return func(engine *fakeEngine) { engine.fill = change }
	}
	options := fill(func(host *container.HostConfig) {
		host.LogConfig.Config = map[string]string{"max-size": "x", "tag": "x"}
	})
	limits := fill(func(host *container.HostConfig) { host.Ulimits = []*units.Ulimit{{Name: "nofile", Soft: 1, Hard: 2}} })
	tests := map[string]struct {
		fill             func(*fakeEngine)
		stated           map[string]any
		ignored          []string
		created, refresh []string // what replaces the container at the next update
	}{
		"nothing":                   {func(*fakeEngine) {}, nil, nil, nil, nil},
		"options of the log":        {options, nil, nil, []string{"logOpts"}, []string{"logOpts"}},
		"all of them stated":        {options, logging("max-size", "tag"), nil, nil, nil},
		"one of them stated":        {options, logging("max-size"), nil, []string{"logOpts"}, []string{"logOpts"}},
		"options that are ignored":  {options, logging("max-size"), []string{"logOpts"}, nil, nil},
		"one option that is":        {options, logging("max-size"), []string{"logOpts.tag"}, nil, nil},
		"another one that is":       {options, logging("max-size"), []string{"logOpts.max-size", "]"}, []string{"logOpts"}, []string{"logOpts"}},
		"limits":                    {limits, nil, nil, nil, []string{"ulimits"}},
		"limits that are ignored":   {limits, nil, []string{"ulimits"}, nil, nil},
		"name servers":              {fill(func(host *container.HostConfig) { host.DNS = []string{"10.0.0.1"} }), nil, nil, []string{"dns"}, []string{"dns"}},
		"a log driver":              {fill(func(host *container.HostConfig) { host.LogConfig.Type = "local" }), nil, nil, nil, nil},
		"a runtime":                 {fill(func(host *container.HostConfig) { host.Runtime = "crun" }), nil, nil, nil, nil},
		"shared memory":             {fill(func(host *container.HostConfig) { host.ShmSize = 128 << 20 }), nil, nil, nil, nil},
		"an IPC mode":               {fill(func(host *container.HostConfig) { host.IpcMode = "shareable" }), nil, nil, nil, nil},
		"a cgroup namespace":        {fill(func(host *container.HostConfig) { host.CgroupnsMode = "host" }), nil, nil, nil, nil},
		"a user namespace":          {fill(func(host *container.HostConfig) { host.UsernsMode = "host" }), nil, nil, []string{"usernsMode"}, []string{"usernsMode"}},
		"options for security":      {fill(func(host *container.HostConfig) { host.SecurityOpt = []string{"label=disable"} }), nil, nil, nil, nil},
		"options of the kernel":     {fill(func(host *container.HostConfig) { host.Sysctls = map[string]string{"a": "b"} }), nil, nil, []string{"sysctls"}, []string{"sysctls"}},
		"another driver than given": {fill(func(host *container.HostConfig) { host.LogConfig.Type = "local" }), logging(), nil, []string{"logDriver"}, []string{"logDriver"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			test.fill(engine)
			provider, _ := configured(t, engine)
			inputs := properties{"name": "web", "image": "registry:probe"}
			for key, value := range test.stated {
				inputs[key] = value
			}
			wire := checked(t, provider, containerURN, inputs)
			created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: containerURN, Properties: wire})
			require.NoError(t, err)
			diff, err := provider.Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: containerURN, Olds: created.GetProperties(), News: wire, IgnoreChanges: test.ignored,
			})
			require.NoError(t, err)
			assert.Equal(t, test.created, diff.GetReplaces(), "at the second update")
			read, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{
				Urn: containerURN, Id: created.GetId(), Properties: created.GetProperties(), Inputs: wire,
			})
			require.NoError(t, err)
			diff, err = provider.Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: containerURN, Olds: read.GetProperties(), News: wire, IgnoreChanges: test.ignored,
			})
			require.NoError(t, err)
			assert.Equal(t, test.refresh, diff.GetReplaces(), "after a refresh")
		})
	}
}

func TestWhatAnEngineFillsInOfANetworkIsReadBack(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fill     func(*network.Inspect)
		expected []string
	}{
		"IPv6":       {func(found *network.Inspect) { found.EnableIPv6 = true }, []string{"ipv6"}},
		"attachable": {func(found *network.Inspect) { found.Attachable = true }, []string{"attachable"}},
		"the MTU": {func(found *network.Inspect) {
			found.Options = map[string]string{"com.docker.network.driver.mtu": "1400"}
		}, nil},
		"address ranges": {func(found *network.Inspect) { found.IPAM.Config = []network.IPAMConfig{{Subnet: "10.9.0.0/24"}} }, nil},
		"the driver":     {func(found *network.Inspect) { found.Driver = "overlay" }, nil},
		"a label":        {func(found *network.Inspect) { found.Labels = map[string]string{"a": "b"} }, []string{"labels"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			provider, _ := configured(t, engine)
			wire := checked(t, provider, networkURN, properties{"name": "n"})
			created, err := provider.Create(t.Context(), &pulumirpc.CreateRequest{Urn: networkURN, Properties: wire})
			require.NoError(t, err)
			test.fill(engine.networks[created.GetId()])
			read, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{
				Urn: networkURN, Id: created.GetId(), Properties: created.GetProperties(), Inputs: wire,
			})
			require.NoError(t, err)
			diff, err := provider.Diff(t.Context(), &pulumirpc.DiffRequest{Urn: networkURN, Olds: read.GetProperties(), News: wire})
			require.NoError(t, err)
			assert.Equal(t, test.expected, diff.GetReplaces())
		})
	}
}

func TestEveryInputReachesTheEngine(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, _ := configured(t, engine)
	response, err := create(t.Context(), t, provider, properties{
		"name": "web", "image": "registry:probe", "hostname": "h", "command": []any{"serve"}, "envs": []any{"A=1"},
		"labels": []any{map[string]any{"label": "l", "value": "v"}},
		"volumes": []any{
			map[string]any{"volumeName": "data", "containerPath": "/data"},
			map[string]any{"volumeName": "config", "containerPath": "/config", "readOnly": true},
		},
		"ports":      []any{map[string]any{"internal": 53, "external": 5353, "protocol": "udp"}, map[string]any{"internal": 80}},
		"tmpfs":      map[string]any{"/run": "size=1m"},
		"devices":    []any{map[string]any{"hostPath": "/dev/a", "containerPath": "/dev/b", "permissions": "r"}},
		"privileged": true, "capabilities": map[string]any{"adds": []any{"A"}, "drops": []any{"CAP_B"}},
		"securityOpts": []any{"seccomp=unconfined", unconfinedPaths}, "cgroupnsMode": "private", "usernsMode": "host",
		"logOpts": map[string]any{"a": "b"}, "restart": "always", "init": false,
		"healthcheck": map[string]any{
			"tests": []any{"NONE"}, "interval": "1s", "timeout": "2s", "startInterval": "3s", "startPeriod": "4s", "retries": 5,
		},
	})
	require.NoError(t, err)
	config, host := engine.containers[response.GetId()].Config, engine.containers[response.GetId()].HostConfig
	assert.Equal(t, []any{"registry:probe", "h", []string{"serve"}, []string{"A=1"}, map[string]string{"l": "v"}},
		[]any{config.Image, config.Hostname, []string(config.Cmd), config.Env, config.Labels})
	assert.Equal(t, &container.HealthConfig{
		Test: []string{"NONE"}, Interval: 1e9, Timeout: 2e9, StartInterval: 3e9, StartPeriod: 4e9, Retries: 5,
	}, config.Healthcheck)
	assert.Contains(t, config.ExposedPorts, port{Internal: 53, Protocol: "udp"}.key())
	notInit := false
	assert.Equal(t, &container.HostConfig{
		NetworkMode: "bridge", Binds: []string{"data:/data:rw", "config:/config:ro"},
		PortBindings: map[nat.Port][]nat.PortBinding{"53/udp": {{HostIP: "0.0.0.0", HostPort: "5353"}}, "80/tcp": {{HostIP: "0.0.0.0"}}},
		Tmpfs:        map[string]string{"/run": "size=1m"}, Privileged: true, Init: &notInit,
		CapAdd: []string{"A"}, CapDrop: []string{"CAP_B"}, SecurityOpt: []string{"seccomp=unconfined"},
		MaskedPaths: []string{}, ReadonlyPaths: []string{}, CgroupnsMode: "private", UsernsMode: "host",
		ShmSize: 64 << 20, LogConfig: container.LogConfig{Type: "json-file", Config: map[string]string{"a": "b"}},
		RestartPolicy: container.RestartPolicy{Name: "always"}, Runtime: "runc", IpcMode: "private",
		Resources: container.Resources{
			Devices: []container.DeviceMapping{{PathOnHost: "/dev/a", PathInContainer: "/dev/b", CgroupPermissions: "r"}},
		},
	}, host)
}
