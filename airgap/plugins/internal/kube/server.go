package kube

import (
	"context"
	"errors"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Version is that of the SDK module whose resources this provider serves.
const Version = "4.30.0"

// errCancelled ends waits when the user interrupts the operation.
var errCancelled = errors.New("the operation was cancelled")

// reporter shows lines beside a resource while an operation runs. Info and
// InfoStatusWarning lines replace each other; Warn lines stay.
type reporter interface {
	Info(ctx context.Context, urn, message string)
	InfoStatusWarning(ctx context.Context, urn, message string)
	Warn(ctx context.Context, urn, message string)
}

// Server implements the calls of the engine. Calls may run in parallel once
// Configure has returned.
type Server struct {
	pulumirpc.UnimplementedResourceProviderServer

	report    reporter
	getenv    func(string) string
	cancelled chan struct{}
	cancel    func()

	// Set by Configure, which the engine calls before any call about a resource.
	settings settings
	link     *link
}

// New returns a provider that reports progress to report and takes fallbacks
// for its settings from the environment by getenv.
func New(report reporter, getenv func(string) string) *Server {
	cancelled := make(chan struct{})
	return &Server{
		report:    report,
		getenv:    getenv,
		cancelled: cancelled,
		cancel:    sync.OnceFunc(func() { close(cancelled) }),
		link:      &link{},
	}
}

// GetPluginInfo tells the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// Cancel ends all waits. What they wait for is reported as created but not ready.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.cancel()
	return &emptypb.Empty{}, nil
}

// operation returns a context that ends with the call and when the user
// interrupts, with errCancelled as the cause.
func (s *Server) operation(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-s.cancelled:
			cancel(errCancelled)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}
