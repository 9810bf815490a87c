package docker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Version is that of the official plugin, and of its SDK, that this one stands
// in for.
const Version = "4.11.2"

// settings are the provider's inputs that this plugin understands.
var settings = []string{"host", "version"}

// reporter shows what an operation does; *plugin.Status sends it to the engine.
type reporter interface {
	Info(ctx context.Context, urn, message string)
	Warn(ctx context.Context, urn, message string)
}

// resourceType is what the provider does with the resources of one type.
type resourceType interface {
	check(ctx context.Context, status reporter, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error)
	diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error)
	create(ctx context.Context, engine Engine, status reporter, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error)
	read(ctx context.Context, engine Engine, status reporter, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error)
	update(ctx context.Context, engine Engine, status reporter, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error)
	delete(ctx context.Context, engine Engine, status reporter, request *pulumirpc.DeleteRequest) error
}

// resourceTypes are the types by their tokens. The versions are those of
// Terraform's schemas.
func resourceTypes() map[string]resourceType {
	return map[string]resourceType{
		"docker:index/image:Image": images{},
		"docker:index/container:Container": managed{
			schema: containerSchema(), version: "2",
			bind: func(engine Engine, status reporter) operations { return containers{engine, status} },
		},
		"docker:index/network:Network": managed{
			schema: networkSchema(), version: "1",
			bind: func(engine Engine, status reporter) operations { return networks{engine, status} },
		},
		"docker:index/volume:Volume": managed{
			schema: volumeSchema(), version: "1",
			bind: func(engine Engine, _ reporter) operations { return volumes{engine} },
		},
		"docker:index/remoteImage:RemoteImage": managed{
			schema: remoteImageSchema(),
			bind:   func(engine Engine, status reporter) operations { return remoteImages{engine, status} },
		},
	}
}

// Provider serves the docker plugin's RPCs.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	connect   func(ctx context.Context, host string) (Engine, error)
	status    reporter
	types     map[string]resourceType
	cancelled chan struct{}
	cancel    func()

	lock   sync.RWMutex
	engine Engine // nil until Configure
}

// New returns a provider that connects with connect, which is Connect except
// in tests, and reports progress to status.
func New(connect func(ctx context.Context, host string) (Engine, error), status reporter) *Provider {
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
		if !slices.Contains(settings, name) && !strings.HasPrefix(name, "__") {
			response.Failures = append(response.Failures, &pulumirpc.CheckFailure{
				Property: name,
				Reason:   fmt.Sprintf("%s is not supported by the stand-in for air-gapped machines: it knows host; use DOCKER_HOST and \"docker login\" for the rest", name),
			})
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
	engine, err := p.connect(ctx, hostOf(request.GetArgs()))
	if err != nil {
		return nil, err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.engine = engine
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}, nil
}

func hostOf(settings *structpb.Struct) string {
	return settings.GetFields()["host"].GetStringValue()
}

// Cancel ends the operations in flight.
func (p *Provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	p.cancel()
	return &emptypb.Empty{}, nil
}

// typeOf finds what serves the resource with this URN.
func (p *Provider) typeOf(urn string) (resourceType, error) {
	name := string(resource.URN(urn).Type())
	found, ok := p.types[name]
	if !ok {
		return nil, fmt.Errorf("%s is not supported by the stand-in for air-gapped machines: "+
			"it knows Image, RemoteImage, Network, Volume and Container", name)
	}
	return found, nil
}

// operation finds what serves the resource, on which engine. The context ends
// with the call or when everything is cancelled.
func (p *Provider) operation(ctx context.Context, urn string) (context.Context, context.CancelFunc, resourceType, Engine, error) {
	served, err := p.typeOf(urn)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	p.lock.RLock()
	defer p.lock.RUnlock()
	if p.engine == nil {
		return nil, nil, nil, nil, errors.New("the docker plugin is not configured: Configure was not called")
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-p.cancelled:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel, served, p.engine, nil
}
