package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// CheckConfig refuses provider inputs that would have no effect here.
func (s *Server) CheckConfig(
	_ context.Context, request *pulumirpc.CheckRequest,
) (*pulumirpc.CheckResponse, error) {
	inputs, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, fmt.Errorf("checking the provider's inputs: %w", err)
	}
	var failures []*pulumirpc.CheckFailure
	for key, value := range inputs {
		if reason := unsupported(key, value); reason != "" {
			failures = append(failures, &pulumirpc.CheckFailure{Property: string(key), Reason: reason})
		}
	}
	slices.SortFunc(failures, func(a, b *pulumirpc.CheckFailure) int { return strings.Compare(a.Property, b.Property) })
	return &pulumirpc.CheckResponse{Inputs: request.GetNews(), Failures: failures}, nil
}

// Configure takes the provider's inputs. It contacts no cluster.
func (s *Server) Configure(
	_ context.Context, request *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	inputs, err := plugin.Decode(request.GetArgs())
	if err != nil {
		return nil, fmt.Errorf("configuring the provider: %w", err)
	}
	s.settings, err = readSettings(inputs, s.getenv)
	if err != nil {
		return nil, fmt.Errorf("configuring the provider: %w", err)
	}
	s.link = &link{access: s.settings.access, unknown: s.settings.unknown}
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets:                   true,
		SupportsPreview:                 true,
		SupportsAutonamingConfiguration: true,
	}, nil
}
