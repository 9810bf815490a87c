package docker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Version is that of the official plugin, and of its SDK, that this one stands in for.
const Version = "4.11.2"

// closed is how this plugin calls itself in messages.
const closed = "the docker plugin for closed machines"

// reporter shows what an operation does; *plugin.Status sends it to the engine.
type reporter interface {
	Info(ctx context.Context, urn, message string)
	Warn(ctx context.Context, urn, message string)
}

// session is what one operation works with.
type session struct {
	engine Engine
	status reporter
	urn    string
}

func (s session) info(ctx context.Context, message string) { s.status.Info(ctx, s.urn, message) }
func (s session) warn(ctx context.Context, message string) { s.status.Warn(ctx, s.urn, message) }

// resourceType is what the provider does with the resources of one type.
type resourceType interface {
	check(request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error)
	diff(request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error)
	create(ctx context.Context, s session, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error)
	read(ctx context.Context, s session, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error)
	update(ctx context.Context, s session, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error)
	delete(ctx context.Context, s session, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error)
}

// resourceTypes are the types by their tokens. The versions are those of Terraform's schemas.
func resourceTypes() map[string]resourceType {
	return map[string]resourceType{
		"docker:index/container:Container": managed{containerSchema(), "2", valid[containerInputs], containers{}},
		"docker:index/image:Image":         images{},
		"docker:index/network:Network":     managed{networkSchema(), "1", valid[networkInputs], networks{}},
		"docker:index/volume:Volume":       managed{volumeSchema(), "1", valid[volumeInputs], volumes{}},
	}
}

// Provider serves the docker plugin's RPCs.
type Provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	connect func(ctx context.Context, host string) (Engine, error)
	status  reporter
	types   map[string]resourceType
	// cancelled is closed by cancel.
	cancelled chan struct{}
	cancel    func()

	lock   sync.RWMutex
	engine Engine // nil until Configure
}

// New returns a provider that connects with connect, which is Connect except in tests, and reports progress to status.
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
	p.lock.Lock()
	defer p.lock.Unlock()
	p.engine = engine
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}, nil
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
		return nil, fmt.Errorf("%s is not known to %s: it knows Image, Network, Volume and Container", name, closed)
	}
	return found, nil
}

// A request is about one resource.
type request interface{ GetUrn() string }

// operate calls what serves the resource. The context ends with the call or when everything is cancelled.
func operate[Request request, Response any](
	ctx context.Context, p *Provider, r Request,
	call func(resourceType, context.Context, session, Request) (*Response, error),
) (*Response, error) {
	served, err := p.typeOf(r.GetUrn())
	if err != nil {
		return nil, err
	}
	p.lock.RLock()
	s := session{p.engine, p.status, r.GetUrn()}
	p.lock.RUnlock()
	if s.engine == nil {
		return nil, errors.New("the docker plugin is not configured: Configure was not called")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-p.cancelled:
			cancel()
		case <-ctx.Done():
		}
	}()
	return call(served, ctx, s, r)
}

// Check validates inputs and fills in defaults.
func (p *Provider) Check(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	served, err := p.typeOf(request.GetUrn())
	if err != nil {
		return nil, err
	}
	return served.check(request)
}

// Diff says what a change of inputs means for the resource.
func (p *Provider) Diff(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	served, err := p.typeOf(request.GetUrn())
	if err != nil {
		return nil, err
	}
	return served.diff(request)
}

// Create makes the resource, or tells in a preview what it would be.
func (p *Provider) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	return operate(ctx, p, request, resourceType.create)
}

// Read returns the resource as Docker has it now.
func (p *Provider) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return operate(ctx, p, request, resourceType.read)
}

// Update changes the resource in place.
func (p *Provider) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return operate(ctx, p, request, resourceType.update)
}

// Delete removes the resource; one that is gone is fine.
func (p *Provider) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	return operate(ctx, p, request, resourceType.delete)
}

// Invoke refuses the functions of the official plugin.
func (p *Provider) Invoke(_ context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, fmt.Errorf("the function %s is not known to %s", request.GetTok(), closed)
}
