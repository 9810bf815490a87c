package docker

import (
	"context"
	"fmt"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Check validates inputs and fills in defaults.
func (p *Provider) Check(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	served, err := p.typeOf(request.GetUrn())
	if err != nil {
		return nil, err
	}
	return served.check(ctx, p.status, request)
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
	ctx, cancel, served, engine, err := p.operation(ctx, request.GetUrn())
	if err != nil {
		return nil, err
	}
	defer cancel()
	return served.create(ctx, engine, p.status, request)
}

// Read returns the resource as Docker has it now.
func (p *Provider) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	ctx, cancel, served, engine, err := p.operation(ctx, request.GetUrn())
	if err != nil {
		return nil, err
	}
	defer cancel()
	return served.read(ctx, engine, p.status, request)
}

// Update changes the resource in place.
func (p *Provider) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	ctx, cancel, served, engine, err := p.operation(ctx, request.GetUrn())
	if err != nil {
		return nil, err
	}
	defer cancel()
	return served.update(ctx, engine, p.status, request)
}

// Delete removes the resource; one that is gone is fine.
func (p *Provider) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	ctx, cancel, served, engine, err := p.operation(ctx, request.GetUrn())
	if err != nil {
		return nil, err
	}
	defer cancel()
	return &emptypb.Empty{}, served.delete(ctx, engine, p.status, request)
}

// Invoke refuses the functions of the official plugin.
func (p *Provider) Invoke(_ context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return nil, fmt.Errorf("the function %s is not supported by the stand-in for air-gapped machines", request.GetTok())
}
