package docker

import (
	"context"
	"fmt"
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
