package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/network"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func (f *fakeEngine) container(reference string) (*container.InspectResponse, error) {
	for id, found := range f.containers {
		if id == reference || found.Name == "/"+reference {
			return found, nil
		}
	}
	return nil, fmt.Errorf("no such container %s: %w", reference, errdefs.ErrNotFound)
}

func (f *fakeEngine) ContainerCreate(_ context.Context, config *container.Config, host *container.HostConfig,
	_ *network.NetworkingConfig, _ *ocispec.Platform, name string,
) (container.CreateResponse, error) {
	defer f.called("create " + name)()
	if _, err := f.container(name); err == nil {
		return container.CreateResponse{}, fmt.Errorf("the name %s is in use: %w", name, errdefs.ErrConflict)
	}
	if config.Entrypoint == nil {
		config.Entrypoint = f.images[config.Image]
	}
	host.Runtime, host.LogConfig.Type, host.IpcMode = "runc", "json-file", "private"
	if host.ShmSize == 0 {
		host.ShmSize = 64 * mebibyte
	}
	if f.fill != nil {
		f.fill(host)
	}
	for i, capability := range host.CapDrop {
		host.CapDrop[i] = "CAP_" + strings.TrimPrefix(capability, "CAP_")
	}
	f.containers[f.id] = &container.InspectResponse{
		ContainerJSONBase: &container.ContainerJSONBase{ID: f.id, Name: "/" + name, HostConfig: host, State: &container.State{Status: "created"}},
		Config:            config,
		NetworkSettings:   &container.NetworkSettings{Networks: map[string]*network.EndpointSettings{}},
	}
	return container.CreateResponse{ID: f.id}, nil
}

func (f *fakeEngine) ContainerStart(_ context.Context, id string, _ container.StartOptions) error {
	defer f.called("start")()
	if f.startError != nil {
		return f.startError
	}
	found := f.containers[id]
	found.State.Running = !f.exited
	if f.exited {
		found.State.ExitCode = 3
	}
	if found.Config.Healthcheck != nil {
		found.State.Health = &container.Health{Status: f.health}
		if f.probe != "" {
			found.State.Health.Log = []*container.HealthcheckResult{{Output: "first words"}, {Output: f.probe}}
		}
	}
	found.NetworkSettings.Ports = found.HostConfig.PortBindings
	return nil
}

func (f *fakeEngine) ContainerInspect(_ context.Context, id string) (container.InspectResponse, error) {
	defer f.called("inspect")()
	found, err := f.container(id)
	if err != nil {
		return container.InspectResponse{}, err
	}
	base, state := *found.ContainerJSONBase, *found.State
	base.State = &state
	return container.InspectResponse{ContainerJSONBase: &base, Config: found.Config, NetworkSettings: found.NetworkSettings}, nil
}

func (f *fakeEngine) ContainerUpdate(_ context.Context, id string, update container.UpdateConfig) (container.UpdateResponse, error) {
	defer f.called("update")()
	found := f.containers[id]
	found.HostConfig.RestartPolicy = update.RestartPolicy
	found.HostConfig.Memory = update.Memory
	return container.UpdateResponse{}, nil
}

func (f *fakeEngine) ContainerList(_ context.Context, options container.ListOptions) ([]container.Summary, error) {
	for _, port := range options.Filters.Get("publish") {
		if name, taken := f.published[port]; taken {
			return []container.Summary{{Names: []string{name}}}, nil
		}
	}
	return nil, nil
}

func (f *fakeEngine) ContainerRemove(_ context.Context, id string, options container.RemoveOptions) error {
	defer f.called(fmt.Sprintf("remove %+v", options))()
	if _, err := f.container(id); err != nil {
		return err
	}
	if f.removeError != nil {
		return f.removeError
	}
	delete(f.containers, id)
	return nil
}

func (f *fakeEngine) ContainerWait(context.Context, string, container.WaitCondition) (<-chan container.WaitResponse, <-chan error) {
	done, failed := make(chan container.WaitResponse, 1), make(chan error, 1)
	if f.waitError != nil {
		failed <- f.waitError
	} else {
		done <- container.WaitResponse{}
	}
	return done, failed
}

func (f *fakeEngine) CopyToContainer(_ context.Context, id, _ string, content io.Reader, _ container.CopyToContainerOptions) error {
	defer f.called("upload")()
	archive, err := io.ReadAll(content)
	f.uploads[id] = append(f.uploads[id], archive...)
	return errors.Join(err, f.uploadError)
}

func (f *fakeEngine) Events(_ context.Context, options events.ListOptions) (<-chan events.Message, <-chan error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.filters = options.Filters
	return f.events, f.eventErrors
}
