// Package docker stands in for the official docker plugin on closed machines, which cannot download it. It knows what the
// program in infra/ declares, four types and the inputs that it gives them, and refuses the rest in Check: silence would
// deploy something else than was asked for.
//
// The official plugin is two providers in one, and so is this one. Image is a native resource (image.go). Network, Volume
// and Container come from the Terraform provider kreuzwerker/docker. Its rules are kept as data here: the structs of inputs
// say for every property what its default is, whether a change of it replaces the resource and whether the engine computes
// it (schema.go). Check and Diff follow from that alone (check.go, diff.go). As in the official plugin, what the engine
// tells is read back into the state, and Diff compares the inputs with that (managed.go).
package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/docker/docker/client"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Version is that of the official plugin, and of its SDK, that this one stands in for.
const Version = "4.11.2"

// closed is how this plugin calls itself in messages.
const closed = "the docker plugin for closed machines"

// Provider serves the docker plugin's RPCs.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	connect connector
	status  reporter
	types   map[string]resourceType
	// cancelled is closed by cancel.
	cancelled chan struct{}
	cancel    func()
	engine    atomic.Pointer[client.APIClient] // nil until Configure
}

// New returns a provider that connects with connect, which is Connect except in tests, and reports progress to status.
func New(connect connector, status reporter) *Provider {
	cancelled := make(chan struct{})
	return &Provider{
		connect: connect, status: status, types: resourceTypes(),
		cancelled: cancelled, cancel: sync.OnceFunc(func() { close(cancelled) }),
	}
}

// GetPluginInfo returns the version.
func (p *Provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// CheckConfig refuses settings of the official plugin that this one would ignore.
func (p *Provider) CheckConfig(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	response := &pulumirpc.CheckResponse{Inputs: request.GetNews()}
	for name := range request.GetNews().GetFields() {
		if name != "host" && name != "version" && !strings.HasPrefix(name, "__") {
			response.Failures = append(response.Failures, &pulumirpc.CheckFailure{Property: name, Reason: fmt.Sprintf(
				"%s is not known to %s: it knows host; use DOCKER_HOST and \"docker login\" for the rest", name, closed)})
		}
	}
	return response, nil
}

// DiffConfig finds that another host has other resources.
func (p *Provider) DiffConfig(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	before, after := request.GetOlds().GetFields()["host"], request.GetNews().GetFields()["host"]
	if before.GetStringValue() == after.GetStringValue() {
		return &pulumirpc.DiffResponse{}, nil
	}
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME, Diffs: []string{"host"}}, nil
}

// Configure connects to the Docker Engine.
func (p *Provider) Configure(ctx context.Context, request *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	engine, err := p.connect(ctx, request.GetArgs().GetFields()["host"].GetStringValue())
	if err != nil {
		return nil, err
	}
	p.engine.Store(&engine)
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}, nil
}

// Cancel ends the operations in flight.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.cancel()
	return &emptypb.Empty{}, nil
}

// Invoke refuses the functions of the official plugin.
func (p *Provider) Invoke(_ context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, fmt.Errorf("the function %s is not known to %s", request.GetTok(), closed)
}

// A connector connects to the Docker Engine at an address, or to the one that the environment names when it is empty.
type connector func(ctx context.Context, host string) (client.APIClient, error)

// Connect connects to the Docker Engine at the address that the provider's input host or DOCKER_HOST names, else to the
// local one. It makes one call, so that an engine that cannot be reached fails here, with a message that says what to do.
func Connect(ctx context.Context, host string) (client.APIClient, error) {
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
