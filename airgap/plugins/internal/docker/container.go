package docker

import (
	"context"
	"fmt"
	"io"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/network"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// containerEngine is what the type Container calls of the engine.
type containerEngine interface {
	imagePuller
	ContainerCreate(ctx context.Context, config *container.Config, host *container.HostConfig,
		networking *network.NetworkingConfig, platform *ocispec.Platform, name string) (container.CreateResponse, error)
	ContainerStart(ctx context.Context, id string, options container.StartOptions) error
	ContainerInspect(ctx context.Context, id string) (container.InspectResponse, error)
	ContainerList(ctx context.Context, options container.ListOptions) ([]container.Summary, error)
	ContainerLogs(ctx context.Context, id string, options container.LogsOptions) (io.ReadCloser, error)
	ContainerUpdate(ctx context.Context, id string, update container.UpdateConfig) (container.UpdateResponse, error)
	ContainerStop(ctx context.Context, id string, options container.StopOptions) error
	ContainerRemove(ctx context.Context, id string, options container.RemoveOptions) error
	ContainerWait(ctx context.Context, id string, condition container.WaitCondition) (<-chan container.WaitResponse, <-chan error)
	CopyToContainer(ctx context.Context, id, path string, content io.Reader, options container.CopyToContainerOptions) error
	NetworkConnect(ctx context.Context, network, id string, settings *network.EndpointSettings) error
	NetworkDisconnect(ctx context.Context, network, id string, force bool) error
	Events(ctx context.Context, options events.ListOptions) (<-chan events.Message, <-chan error)
}

// containers has the operations of the type Container.
type containers struct {
	engine containerEngine
	status reporter
}

func (c containers) validate(inputs resource.PropertyMap) error {
	_, err := parseContainer(inputs)
	return err
}

// read takes known for what the engine alone does not tell: whether the
// container must run, and which of its ports were asked for.
func (c containers) read(ctx context.Context, id string, known resource.PropertyMap) (resource.PropertyMap, error) {
	inspected, err := c.engine.ContainerInspect(ctx, id)
	if errdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading container %s: %w", id, err)
	}
	var inputs containerInputs
	if err := decode(known, &inputs); err != nil {
		return nil, err
	}
	return containerState(inspected, inputs)
}
