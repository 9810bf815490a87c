package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// An Engine is what this plugin calls of a Docker Engine. *client.Client is one.
type Engine interface {
	ContainerCreate(ctx context.Context, config *container.Config, host *container.HostConfig,
		networking *network.NetworkingConfig, platform *ocispec.Platform, name string) (container.CreateResponse, error)
	ContainerStart(ctx context.Context, id string, options container.StartOptions) error
	ContainerInspect(ctx context.Context, id string) (container.InspectResponse, error)
	ContainerUpdate(ctx context.Context, id string, update container.UpdateConfig) (container.UpdateResponse, error)
	ContainerStop(ctx context.Context, id string, options container.StopOptions) error
	ContainerRemove(ctx context.Context, id string, options container.RemoveOptions) error
	ContainerWait(ctx context.Context, id string, until container.WaitCondition) (<-chan container.WaitResponse, <-chan error)
	CopyToContainer(ctx context.Context, id, path string, content io.Reader, options container.CopyToContainerOptions) error
	Events(ctx context.Context, options events.ListOptions) (<-chan events.Message, <-chan error)
	ImageBuild(ctx context.Context, source io.Reader, options build.ImageBuildOptions) (build.ImageBuildResponse, error)
	ImageInspect(ctx context.Context, name string, options ...client.ImageInspectOption) (image.InspectResponse, error)
	ImagePull(ctx context.Context, name string, options image.PullOptions) (io.ReadCloser, error)
	ImagePush(ctx context.Context, name string, options image.PushOptions) (io.ReadCloser, error)
	NetworkConnect(ctx context.Context, network, id string, settings *network.EndpointSettings) error
	NetworkCreate(ctx context.Context, name string, options network.CreateOptions) (network.CreateResponse, error)
	NetworkDisconnect(ctx context.Context, network, id string, force bool) error
	NetworkInspect(ctx context.Context, id string, options network.InspectOptions) (network.Inspect, error)
	NetworkRemove(ctx context.Context, id string) error
	VolumeCreate(ctx context.Context, options volume.CreateOptions) (volume.Volume, error)
	VolumeInspect(ctx context.Context, name string) (volume.Volume, error)
	VolumeRemove(ctx context.Context, name string, force bool) error
}

// Connect connects to the Docker Engine at the address that the provider's input host or DOCKER_HOST names, else to the
// local one. It makes one call, so that an engine that cannot be reached fails here, with a message that says what to do.
func Connect(ctx context.Context, host string) (Engine, error) {
	options := []client.Opt{client.FromEnv, client.WithAPIVersionNegotiation()}
	if host != "" {
		options = append(options, client.WithHost(host))
	}
	engine, err := client.NewClientWithOpts(options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to Docker: %w", err)
	}
	if _, err := engine.Ping(ctx); err != nil {
		return nil, errors.Join(unreachable(engine.DaemonHost(), err), engine.Close())
	}
	return engine, nil
}

// unreachable explains a connection that failed.
func unreachable(host string, err error) error {
	next := ""
	switch {
	case errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied"):
		next = ": run as root, or add your user to the group docker and log in again"
	case client.IsErrConnectionFailed(err):
		next = ": start it with \"systemctl start docker\", or set DOCKER_HOST"
	}
	return fmt.Errorf("connecting to Docker at %s: %w%s", host, err, next)
}
