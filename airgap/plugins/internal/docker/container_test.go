package docker

import (
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/schema"

	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// waitingInputs are those of a container that must become healthy.
func waitingInputs() properties {
	return properties{
		"name": "web", "image": "registry:probe", "wait": true,
		"healthcheck":      map[string]any{"tests": []any{"CMD", "x"}},
		"networksAdvanced": []any{map[string]any{"name": "net"}},
		"ports":            []any{map[string]any{"internal": 5000, "external": 8080, "ip": "127.0.0.1"}},
		"uploads":          []any{map[string]any{"file": "/k/key", "content": "a very secret key material", "permissions": "0600"}},
	}
}

func create(ctx context.Context, t *testing.T, provider *Provider, inputs properties) (*pulumirpc.CreateResponse, error) {
	t.Helper()
	return provider.Create(ctx, &pulumirpc.CreateRequest{Urn: containerURN, Properties: checked(t, provider, containerURN, inputs)})
}

// partial returns what an error says about a resource that exists.
func partial(t *testing.T, err error) *pulumirpc.ErrorResourceInitFailed {
	t.Helper()
	failed, ok := status.FromError(err)
	require.True(t, ok)
	require.Len(t, failed.Details(), 1, "the resource must get into the state: %s", err)
	detail, ok := failed.Details()[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	return detail
}

func TestAContainerIsCompleteBeforeItStarts(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, _ := configured(t, engine)
	response, err := create(t.Context(), t, provider, waitingInputs())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"inspect image", "create web", "disconnect bridge", "connect net", "upload", "start", "inspect", "inspect",
	}, engine.calls)
	archive := tar.NewReader(bytes.NewReader(engine.uploads[response.GetId()]))
	header, err := archive.Next()
	require.NoError(t, err)
	assert.Equal(t, "/k/key", header.Name)
	assert.Equal(t, int64(0o600), header.Mode)
	content, err := io.ReadAll(archive)
	require.NoError(t, err)
	assert.Equal(t, "a very secret key material", string(content))
}

func TestAnImageThatIsAbsentIsPulled(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, shown := configured(t, engine)
	_, err := create(t.Context(), t, provider, properties{"name": "web", "image": "registry.example/web:1"})
	require.NoError(t, err)
	assert.Contains(t, engine.calls, "pull registry.example/web:1")
	assert.Contains(t, shown.shown, "Pulling image registry.example/web:1")
}

func TestAContainerThatFailsStaysForInspection(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(*fakeEngine, properties)
		message []string
	}{
		"it exits": {
			func(engine *fakeEngine, _ properties) { engine.exited = true },
			[]string{"container web did not start: it exited with code 3", `see "docker logs web"`},
		},
		"it is not healthy in time": {
			func(engine *fakeEngine, inputs properties) {
				engine.health = container.Unhealthy
				inputs["waitTimeout"] = 0
			},
			[]string{"container web is not healthy after 0s (waitTimeout)", `see "docker logs web"`},
		},
		"it has no health check": {
			func(_ *fakeEngine, inputs properties) { delete(inputs, "healthcheck") },
			[]string{"wait is set but there is no health check"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine, inputs := newFakeEngine(), waitingInputs()
			test.prepare(engine, inputs)
			provider, _ := configured(t, engine)
			_, err := create(t.Context(), t, provider, inputs)
			detail := partial(t, err)
			for _, message := range test.message {
				require.ErrorContains(t, err, message)
			}
			assert.Equal(t, engine.id, detail.GetId())
			assert.Equal(t, true, detail.GetProperties().AsMap()[taintedKey])
			assert.Contains(t, engine.containers, engine.id)
		})
	}
}

func TestAContainerBecomesHealthyLater(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	engine.health = container.Starting
	provider, shown := configured(t, engine)
	engine.events = make(chan events.Message)
	created := make(chan error, 1)
	go func() {
		_, err := create(t.Context(), t, provider, waitingInputs())
		created <- err
	}()
	engine.events <- events.Message{} // taken once the plugin waits: nothing has changed yet
	engine.lock.Lock()
	engine.containers[engine.id].State.Health = &container.Health{Status: container.Healthy}
	engine.lock.Unlock()
	select {
	case engine.events <- events.Message{}:
		require.NoError(t, <-created)
	case err := <-created:
		require.NoError(t, err)
	}
	assert.Contains(t, shown.shown, "The container is healthy")
}

func TestAWaitThatLosesItsEngineFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare  func(*fakeEngine)
		expected string
	}{
		"the events end": {
			func(engine *fakeEngine) { close(engine.events) },
			`waiting for container web: the engine ended the stream of events; it is starting: last words`,
		},
		"the events fail": {
			func(engine *fakeEngine) {
				engine.eventErrors = make(chan error, 1)
				engine.eventErrors <- errors.New("broken pipe")
			},
			`waiting for container web: reading the engine's events: broken pipe; it is starting: last words`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			engine.health, engine.probe = container.Starting, " last words\n"
			test.prepare(engine)
			provider, _ := configured(t, engine)
			_, err := create(t.Context(), t, provider, waitingInputs())
			require.ErrorContains(t, err, test.expected)
			assert.ElementsMatch(t, []string{"health_status", "die"}, engine.filters.Get("event"))
			assert.Equal(t, []string{engine.id}, engine.filters.Get("container"))
		})
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	engine.health = container.Starting
	engine.events = make(chan events.Message)
	provider, _ := configured(t, engine)
	created := make(chan error, 1)
	go func() {
		_, err := create(t.Context(), t, provider, waitingInputs())
		created <- err
	}()
	engine.events <- events.Message{} // taken once the plugin waits
	_, err := provider.Cancel(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	err = <-created
	require.ErrorContains(t, err, "cancelled; it is starting")
	assert.Equal(t, engine.id, partial(t, err).GetId())
}

func TestWhatFailsBeforeTheStartLeavesNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare  func(*fakeEngine)
		inputs   properties
		expected string
	}{
		"a port of a container": {
			func(engine *fakeEngine) {
				engine.startError = errors.New("Bind for 127.0.0.1:8080 failed: port is already allocated")
				engine.published = map[string]string{"8080/tcp": "/other"}
			}, nil,
			"starting container web: Bind for 127.0.0.1:8080 failed: port is already allocated: it is taken by container other: stop that, or",
		},
		"a port of a process": {
			func(engine *fakeEngine) { engine.startError = errors.New("listen tcp4: bind: address already in use") }, nil,
			`already in use: it is taken by a process outside of Docker (see "ss -ltnp"): stop that, or choose another port`,
		},
		"something other": {
			func(engine *fakeEngine) { engine.startError = errors.New("no space left on device") }, nil, "starting container web: no space left on device",
		},
		"a network": {
			func(engine *fakeEngine) { engine.connectError = errors.New("no such network") }, nil, "connecting container web to network net: no such network",
		},
		"the default network": {
			func(engine *fakeEngine) { engine.disconnectError = errors.New("no") }, nil, "disconnecting container web from the default network: no",
		},
		"an upload": {
			func(engine *fakeEngine) { engine.uploadError = errors.New("read-only") }, nil, "container web: uploading /k/key: read-only",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			test.prepare(engine)
			provider, _ := configured(t, engine)
			_, err := create(t.Context(), t, provider, waitingInputs())
			require.ErrorContains(t, err, test.expected)
			if name == "something other" {
				require.NotContains(t, err.Error(), "choose another port")
			}
			assert.Empty(t, engine.containers, "a container that never ran is removed")
		})
	}
}

func TestANameThatIsTakenIsTheEnginesToTell(t *testing.T) {
	t.Parallel()
	provider, _ := configured(t, newFakeEngine())
	_, err := create(t.Context(), t, provider, waitingInputs())
	require.NoError(t, err)
	_, err = create(t.Context(), t, provider, waitingInputs())
	require.ErrorContains(t, err, "creating container web: the name web is in use")
}

func TestDeleteWaitsUntilTheNameIsFree(t *testing.T) {
	t.Parallel()
	gone := func(failure error) func(*fakeEngine) {
		return func(engine *fakeEngine) {
			engine.removeError = fmt.Errorf("removal is already in progress: %w", errdefs.ErrConflict)
			engine.waitError = failure
		}
	}
	tests := map[string]struct {
		prepare  func(*fakeEngine)
		expected string
	}{
		"it runs":              {func(*fakeEngine) {}, ""},
		"it is being removed":  {gone(nil), ""},
		"it is gone by then":   {gone(errdefs.ErrNotFound), ""},
		"the wait fails":       {gone(errors.New("broken pipe")), "removing container ffffffffffff: broken pipe"},
		"it cannot be removed": {func(engine *fakeEngine) { engine.removeError = errors.New("busy") }, "removing container ffffffffffff: busy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := newFakeEngine()
			provider, _ := configured(t, engine)
			created, err := create(t.Context(), t, provider, waitingInputs())
			require.NoError(t, err)
			test.prepare(engine)
			_, err = provider.Delete(t.Context(), &pulumirpc.DeleteRequest{
				Urn: containerURN, Id: created.GetId(), Properties: created.GetProperties(),
			})
			if test.expected == "" {
				require.NoError(t, err)
				assert.Contains(t, engine.calls, "remove {RemoveVolumes:true RemoveLinks:false Force:true}")
			} else {
				require.EqualError(t, err, test.expected)
			}
		})
	}
}

func update(t *testing.T, provider *Provider, id string, olds, news properties) (*pulumirpc.UpdateResponse, error) {
	t.Helper()
	before, after := checked(t, provider, containerURN, olds), checked(t, provider, containerURN, news)
	return provider.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: containerURN, Id: id, Olds: before, News: after})
}

func TestTheRestartPolicyChangesInPlace(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, shown := configured(t, engine)
	created, err := create(t.Context(), t, provider, waitingInputs())
	require.NoError(t, err)
	news := waitingInputs()
	news["restart"], news["tmpfs"] = "always", map[string]any{"/tmp": ""}
	updated, err := update(t, provider, created.GetId(), waitingInputs(), news)
	require.NoError(t, err)
	host := engine.containers[created.GetId()].HostConfig
	assert.Equal(t, container.RestartPolicyMode("always"), host.RestartPolicy.Name)
	assert.Equal(t, "always", updated.GetProperties().AsMap()["restart"])
	assert.Contains(t, shown.shown, "warning: tmpfs takes effect when container web is next replaced")
}

func TestAStoppedContainerIsNoticedAndStartedAgain(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	provider, _ := configured(t, engine)
	created, err := create(t.Context(), t, provider, waitingInputs())
	require.NoError(t, err)
	engine.containers[created.GetId()].State.Running = false
	inputs := checked(t, provider, containerURN, waitingInputs())
	read, err := provider.Read(t.Context(), &pulumirpc.ReadRequest{
		Urn: containerURN, Id: created.GetId(), Inputs: inputs, Properties: created.GetProperties(),
	})
	require.NoError(t, err)
	assert.Equal(t, false, read.GetInputs().AsMap()["mustRun"])
	diff, err := provider.Diff(t.Context(), &pulumirpc.DiffRequest{Urn: containerURN, Olds: read.GetProperties(), News: inputs})
	require.NoError(t, err)
	assert.Equal(t, []string{"mustRun"}, diff.GetDiffs())
	assert.Empty(t, diff.GetReplaces())
	_, err = provider.Update(t.Context(), &pulumirpc.UpdateRequest{Urn: containerURN, Id: created.GetId(), Olds: read.GetProperties(), News: inputs})
	require.NoError(t, err)
	assert.True(t, engine.containers[created.GetId()].State.Running)
}

func TestPublishedPortsAreThoseOfTheRunningContainer(t *testing.T) {
	t.Parallel()
	published := func(external string) nat.PortMap {
		return nat.PortMap{
			"80/tcp": {{HostIP: "127.0.0.1", HostPort: external}}, "53/udp": {{HostIP: "::", HostPort: "9"}, {HostIP: "::", HostPort: "8"}},
		}
	}
	udp := []port{{53, 8, "::", "udp"}, {53, 9, "::", "udp"}}
	tests := map[string]struct {
		running  bool
		settings *container.NetworkSettings
		expected int
	}{
		"running":       {true, settingsOf(published("8080")), 8080},
		"stopped":       {false, settingsOf(published("8080")), 0},
		"not published": {true, settingsOf(nil), 0},
		"no network":    {true, nil, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := container.InspectResponse{ContainerJSONBase: &container.ContainerJSONBase{
				State: &container.State{Running: test.running}, HostConfig: &container.HostConfig{PortBindings: published("")},
			}, NetworkSettings: test.settings}
			live := livePorts(found, []port{{Internal: 80, Protocol: "tcp"}, {Internal: 80, Protocol: "udp"}, {Internal: 53, Protocol: "udp"}})
			assert.Equal(t, append([]port{{80, test.expected, "127.0.0.1", "tcp"}}, udp...), live)
		})
	}
}

func settingsOf(ports nat.PortMap) *container.NetworkSettings {
	settings := &container.NetworkSettings{}
	settings.Ports = ports
	return settings
}

func TestWhatOnlyAnEngineKnowsOfAContainer(t *testing.T) {
	t.Parallel()
	seconds, yes := 7, true
	found := container.InspectResponse{
		ContainerJSONBase: &container.ContainerJSONBase{
			Name: "/web", Image: "sha256:1", State: &container.State{ExitCode: 3},
			HostConfig: &container.HostConfig{
				Init: &yes, DNSSearch: []string{"d"}, GroupAdd: []string{"g"}, SecurityOpt: []string{"b", "a"}, CapAdd: []string{"A"},
				Resources: container.Resources{Memory: 3 << 20, MemoryReservation: 2 << 20, MemorySwap: 6 << 20, CPUShares: 5, CpusetCpus: "0"},
				ShmSize:   64 << 20,
			},
		},
		Config:          &container.Config{Image: "web:1", StopTimeout: &seconds, Entrypoint: []string{"e"}, Cmd: []string{"c"}, User: "u"},
		NetworkSettings: &container.NetworkSettings{Networks: map[string]*network.EndpointSettings{"b": {IPAddress: "2"}, "a": {IPAddress: "1", Gateway: "g", MacAddress: "m", IPPrefixLen: 16, IPv6Gateway: "g6", GlobalIPv6Address: "6", GlobalIPv6PrefixLen: 64}, "c": {}}},
	}
	live, err := schema.Encode(containerInputs{Image: "sha256:1"}.state(found))
	require.NoError(t, err)
	state := live.Mappable()
	for key, expected := range map[string]any{
		"name": "web", "image": "sha256:1", "stopTimeout": 7.0, "init": true, "exitCode": 3.0, "mustRun": false, "user": "u",
		"dnsSearches": []any{"d"}, "groupAdds": []any{"g"}, "securityOpts": []any{"a", "b"}, "entrypoints": []any{"e"}, "command": []any{"c"},
		"capabilities": map[string]any{"adds": []any{"A"}, "drops": nil}, "shmSize": 64.0,
		"memory": 3.0, "memoryReservation": 2.0, "memorySwap": 6.0, "cpuShares": 5.0, "cpuSet": "0",
	} {
		assert.Equal(t, expected, state[key], key)
	}
	var names []any
	for _, data := range state["networkDatas"].([]any) {
		names = append(names, data.(map[string]any)["networkName"])
	}
	assert.Equal(t, []any{"a", "b", "c"}, names)
	assert.Equal(t, map[string]any{
		"networkName": "a", "gateway": "g", "macAddress": "m", "ipAddress": "1", "ipPrefixLength": 16.0, "ipv6Gateway": "g6",
		"globalIpv6Address": "6", "globalIpv6PrefixLength": 64.0,
	}, state["networkDatas"].([]any)[0])
	assert.Equal(t, "web:1", containerInputs{Image: "web:1"}.state(found)["image"])
}
