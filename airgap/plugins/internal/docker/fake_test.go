package docker

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
)

// fakeEngine is a Docker Engine in memory. It fills in what a real one does and refuses what a real one refuses.
type fakeEngine struct {
	client.APIClient // what is not faked panics

	lock       sync.Mutex
	id         string              // of the next resource
	digest     string              // of the next push
	images     map[string][]string // entrypoints by image name
	containers map[string]*container.InspectResponse
	networks   map[string]*network.Inspect
	volumes    map[string]volume.Volume
	uploads    map[string][]byte           // archives by container ID
	fill       func(*container.HostConfig) // what the engine's own configuration adds
	health     string                      // of a started container with a health check
	probe      string                      // what the latest health check printed
	exited     bool                        // a started container exits at once
	published  map[string]string           // containers by the port that they publish, such as "80/tcp"
	// what these calls fail with
	startError, connectError, disconnectError, uploadError, removeError, waitError error
	events                                                                         chan events.Message
	eventErrors                                                                    chan error
	filters                                                                        filters.Args // of the latest subscription
	auth                                                                           string       // of the latest push or pull
	pushError                                                                      string
	calls                                                                          []string
}

func newFakeEngine() *fakeEngine {
	return &fakeEngine{
		id:         strings.Repeat("f", 64),
		images:     map[string][]string{"registry:probe": {"/r", "serve", "/c.yml"}, "knode:2": {"/k/entry.sh"}},
		containers: map[string]*container.InspectResponse{},
		networks:   map[string]*network.Inspect{}, volumes: map[string]volume.Volume{},
		uploads: map[string][]byte{}, health: container.Healthy, events: make(chan events.Message, 8),
	}
}

func (f *fakeEngine) called(call string) func() {
	f.lock.Lock()
	f.calls = append(f.calls, call)
	return f.lock.Unlock
}

func (f *fakeEngine) NetworkConnect(_ context.Context, name, id string, settings *network.EndpointSettings) error {
	defer f.called("connect " + name)()
	if f.connectError != nil {
		return f.connectError
	}
	index := slices.IndexFunc([]string{"spike-registry", "spike-node"}, func(n string) bool { return "/"+n == f.containers[id].Name })
	settings.Gateway, settings.IPPrefixLen = "172.20.0.1", 16
	settings.IPAddress = fmt.Sprintf("172.20.0.%d", index+2)
	settings.MacAddress = fmt.Sprintf("02:42:ac:14:00:%02d", index+2)
	f.containers[id].NetworkSettings.Networks[name] = settings
	return nil
}

func (f *fakeEngine) NetworkDisconnect(_ context.Context, name, _ string, _ bool) error {
	defer f.called("disconnect " + name)()
	return f.disconnectError
}

func (f *fakeEngine) NetworkCreate(_ context.Context, name string, options network.CreateOptions) (network.CreateResponse, error) {
	defer f.called("create network " + name)()
	if _, taken := f.networks[name]; taken {
		return network.CreateResponse{}, fmt.Errorf("network %s exists: %w", name, errdefs.ErrConflict)
	}
	created := &network.Inspect{
		ID: f.id, Name: name, Driver: "bridge", Scope: "local", Internal: options.Internal, Labels: options.Labels,
		IPAM: network.IPAM{Driver: options.IPAM.Driver, Config: []network.IPAMConfig{{Subnet: "172.20.0.0/16", Gateway: "172.20.0.1"}}},
	}
	f.networks[f.id], f.networks[name] = created, created
	return network.CreateResponse{ID: f.id}, nil
}

func (f *fakeEngine) NetworkInspect(_ context.Context, id string, _ network.InspectOptions) (network.Inspect, error) {
	defer f.called("inspect network")()
	found, ok := f.networks[id]
	if !ok {
		return network.Inspect{}, fmt.Errorf("network %s: %w", id, errdefs.ErrNotFound)
	}
	return *found, nil
}

func (f *fakeEngine) NetworkRemove(_ context.Context, id string) error {
	defer f.called("remove network")()
	if _, ok := f.networks[id]; !ok {
		return fmt.Errorf("network %s: %w", id, errdefs.ErrNotFound)
	}
	delete(f.networks, id)
	return nil
}

func (f *fakeEngine) VolumeCreate(_ context.Context, options volume.CreateOptions) (volume.Volume, error) {
	defer f.called("create volume " + options.Name)()
	created := volume.Volume{
		Name: options.Name, Driver: "local", Labels: options.Labels, Options: options.DriverOpts,
		Mountpoint: "$ROOT/dockerd/data/volumes/" + options.Name + "/_data",
	}
	f.volumes[options.Name] = created
	return created, nil
}

func (f *fakeEngine) VolumeInspect(_ context.Context, name string) (volume.Volume, error) {
	defer f.called("inspect volume")()
	found, ok := f.volumes[name]
	if !ok {
		return volume.Volume{}, fmt.Errorf("volume %s: %w", name, errdefs.ErrNotFound)
	}
	return found, nil
}

func (f *fakeEngine) VolumeRemove(_ context.Context, name string, _ bool) error {
	defer f.called("remove volume")()
	delete(f.volumes, name)
	return nil
}

func (f *fakeEngine) ImageInspect(_ context.Context, reference string, _ ...client.ImageInspectOption) (image.InspectResponse, error) {
	defer f.called("inspect image")()
	if _, ok := f.images[reference]; !ok {
		return image.InspectResponse{}, fmt.Errorf("image %s: %w", reference, errdefs.ErrNotFound)
	}
	return image.InspectResponse{ID: "sha256:1"}, nil
}

func (f *fakeEngine) ImagePull(_ context.Context, reference string, options image.PullOptions) (io.ReadCloser, error) {
	defer f.called("pull " + reference)()
	f.auth = options.RegistryAuth
	f.images[reference] = nil
	return io.NopCloser(strings.NewReader(`{"status":"Pulling"}`)), nil
}

func (f *fakeEngine) ImageBuild(_ context.Context, source io.Reader, options build.ImageBuildOptions) (build.ImageBuildResponse, error) {
	defer f.called("build " + options.Tags[0])()
	if _, err := io.Copy(io.Discard, source); err != nil {
		return build.ImageBuildResponse{}, err
	}
	return build.ImageBuildResponse{Body: io.NopCloser(strings.NewReader(`{"aux":{"ID":"sha256:1"}}`))}, nil
}

func (f *fakeEngine) ImagePush(_ context.Context, reference string, options image.PushOptions) (io.ReadCloser, error) {
	defer f.called("push " + reference)()
	f.auth = options.RegistryAuth
	if f.pushError != "" {
		return io.NopCloser(strings.NewReader(fmt.Sprintf(`{"errorDetail":{"message":%q}}`, f.pushError))), nil
	}
	return io.NopCloser(strings.NewReader(fmt.Sprintf(`{"aux":{"Tag":"dev","Digest":%q,"Size":527}}`, f.digest))), nil
}
