package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/containerd/errdefs"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// cleanupTimeout bounds what is done after a failed operation; the operation's own context may have ended by then.
const cleanupTimeout = 30 * time.Second

// An operation is what is asked about one resource.
type operation struct {
	resourceType
	olds, news resource.PropertyMap // what each is depends on the RPC
	what       thing                // as news ask for it; nil for Check and Diff
}

// about finds what the resource with this URN is, and decodes what is asked.
func (p *Provider) about(urn string, olds, news *structpb.Struct) (asked operation, err error) {
	name := string(resource.URN(urn).Type())
	if asked.resourceType = p.types[name]; asked.bind == nil {
		return asked, fmt.Errorf("%s is not known to %s: it knows Image, Network, Volume and Container", name, closed)
	}
	if asked.olds, err = plugin.Decode(olds); err == nil {
		asked.news, err = plugin.Decode(news)
	}
	return asked, err
}

// operate makes a call about a resource of the Docker Engine. Its context ends with it or when everything is cancelled.
func operate[Response any](ctx context.Context, p *Provider, urn string, olds, news *structpb.Struct,
	call func(context.Context, operation) (*Response, error),
) (*Response, error) {
	asked, err := p.about(urn, olds, news)
	if err != nil {
		return nil, err
	}
	engine := p.engine.Load()
	if engine == nil {
		return nil, errors.New("the docker plugin is not configured: Configure was not called")
	}
	if !asked.news.ContainsUnknowns() { // as they are in previews
		if asked.what, err = asked.bind(session{*engine, p.status, urn}, asked.news); err != nil {
			return nil, err
		}
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
	return call(ctx, asked)
}

// Check validates inputs and fills in defaults.
func (p *Provider) Check(_ context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	asked, err := p.about(request.GetUrn(), nil, request.GetNews())
	if err != nil {
		return nil, err
	}
	inputs, failures := asked.check(asked.news)
	encoded, err := plugin.Encode(inputs)
	return &pulumirpc.CheckResponse{Inputs: encoded, Failures: failures}, err
}

// Diff says what a change of inputs means for the resource.
func (p *Provider) Diff(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	asked, err := p.about(request.GetUrn(), request.GetOlds(), request.GetNews())
	if err != nil {
		return nil, err
	}
	return asked.diff(asked.olds, asked.news, request.GetIgnoreChanges()), nil
}

// Create makes the resource, or tells in a preview what it would be. One that exists but failed, or was cancelled, is in the state.
func (p *Provider) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	create := func(ctx context.Context, asked operation) (*pulumirpc.CreateResponse, error) {
		if request.GetPreview() {
			planned, err := plugin.Encode(asked.schema.Planned(nil, asked.news))
			return &pulumirpc.CreateResponse{Properties: planned}, err
		}
		id, failure := asked.what.create(ctx)
		if id == "" {
			return nil, failure
		}
		reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
		defer cancel()
		state, readErr := asked.reached(reading, asked.what, id, asked.news)
		if failure != nil {
			state[taintedKey] = resource.NewProperty(true)
		}
		properties, err := plugin.Encode(state)
		if err = errors.Join(readErr, err); err != nil {
			return nil, errors.Join(failure, err)
		}
		if failure != nil {
			return nil, rpcerror.WithDetails(rpcerror.New(codes.Unknown, failure.Error()), &pulumirpc.ErrorResourceInitFailed{
				Id: id, Properties: properties, Inputs: request.GetProperties(), Reasons: []string{failure.Error()},
			})
		}
		return &pulumirpc.CreateResponse{Id: id, Properties: properties}, nil
	}
	return operate(ctx, p, request.GetUrn(), nil, request.GetProperties(), create)
}

// Read returns the resource as Docker has it now. Without an ID in the response it is gone. Docker is not asked about an
// Image again. An import is refused, for which there are no inputs to go by.
func (p *Provider) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	read := func(ctx context.Context, asked operation) (*pulumirpc.ReadResponse, error) {
		if len(asked.news) == 0 {
			return nil, fmt.Errorf("importing %s is not known to %s: let the program create it", request.GetId(), closed)
		}
		if asked.version == "" {
			return &pulumirpc.ReadResponse{Id: request.GetId(), Properties: request.GetProperties(), Inputs: request.GetInputs()}, nil
		}
		live, err := asked.live(ctx, asked.what, request.GetId())
		if err != nil || live == nil {
			return &pulumirpc.ReadResponse{}, err
		}
		fresh := maps.Clone(asked.olds)
		maps.Copy(fresh, live)
		properties, stateErr := plugin.Encode(asked.noted(request.GetId(), fresh))
		encoded, inputsErr := plugin.Encode(asked.schema.Refreshed(fresh, asked.news))
		return &pulumirpc.ReadResponse{Id: request.GetId(), Properties: properties, Inputs: encoded}, errors.Join(stateErr, inputsErr)
	}
	return operate(ctx, p, request.GetUrn(), request.GetProperties(), request.GetInputs(), read)
}

// Update changes the resource in place, or tells in a preview what it would be.
func (p *Provider) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	update := func(ctx context.Context, asked operation) (*pulumirpc.UpdateResponse, error) {
		state := asked.schema.Planned(asked.olds, asked.news)
		if !request.GetPreview() {
			changed := asked.diff(asked.olds, asked.news, request.GetIgnoreChanges()).GetDiffs()
			err := asked.what.change(ctx, request.GetId(), changed)
			if err == nil {
				state, err = asked.reached(ctx, asked.what, request.GetId(), asked.news)
			}
			if err != nil {
				return nil, err
			}
		}
		properties, err := plugin.Encode(state)
		return &pulumirpc.UpdateResponse{Properties: properties}, err
	}
	return operate(ctx, p, request.GetUrn(), request.GetOlds(), request.GetNews(), update)
}

// Delete removes the resource; one that is gone is fine.
func (p *Provider) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	remove := func(ctx context.Context, asked operation) (*emptypb.Empty, error) {
		if err := asked.what.remove(ctx, request.GetId()); err != nil && !errdefs.IsNotFound(err) {
			return nil, fmt.Errorf("removing %s %.12s: %w", asked.noun, request.GetId(), err)
		}
		return &emptypb.Empty{}, nil
	}
	return operate(ctx, p, request.GetUrn(), nil, nil, remove)
}
