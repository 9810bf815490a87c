package plugin

import (
	"context"
	"fmt"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
)

// Dial returns a connection to a service of the engine on this machine. No
// traffic leaves the loopback interface, hence no TLS. The connection is made
// when it is first used.
func Dial(address string) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)),
		// The watch below must notice the engine's end, not a pause in the calls.
		grpc.WithIdleTimeout(0))
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine at %s: %w", address, err)
	}
	return conn, nil
}

// watch returns a channel that is closed when the connection to the engine
// ends. Without an address there is nothing to watch and it stays open.
func watch(ctx context.Context, address string) <-chan struct{} {
	gone := make(chan struct{})
	if address == "" {
		return gone
	}
	conn, err := Dial(address)
	if err != nil {
		close(gone)
		return gone
	}
	go func() {
		defer func() { _ = conn.Close() }() // the process is about to end
		conn.Connect()
		for connected := false; ; {
			state := conn.GetState()
			connected = connected || state == connectivity.Ready
			// A first attempt that fails means as much as a connection that ends.
			if state == connectivity.TransientFailure || connected && state != connectivity.Ready {
				close(gone)
				return
			}
			if !conn.WaitForStateChange(ctx, state) {
				return
			}
		}
	}()
	return gone
}

// Status sends lines about a resource to the engine, which shows them beside
// the resource while the operation runs. The zero Status discards them.
type Status struct {
	engine pulumirpc.EngineClient
}

// NewStatus returns the Status of the plugin with these command line
// arguments; without the address of an engine it discards every line.
func NewStatus(args []string) (*Status, error) {
	address, err := EngineAddress(args)
	if err != nil || address == "" {
		return &Status{}, err
	}
	conn, err := Dial(address)
	if err != nil {
		return nil, err
	}
	return &Status{engine: pulumirpc.NewEngineClient(conn)}, nil
}

// Info shows progress until the next line replaces it.
func (s *Status) Info(ctx context.Context, urn, message string) {
	s.log(ctx, pulumirpc.LogSeverity_INFO, urn, message, true)
}

// InfoStatusWarning shows a passing condition that may need attention; it
// disappears like Info when the operation ends.
func (s *Status) InfoStatusWarning(ctx context.Context, urn, message string) {
	s.log(ctx, pulumirpc.LogSeverity_WARNING, urn, message, true)
}

// Warn shows a warning that stays in the diagnostics of the operation.
func (s *Status) Warn(ctx context.Context, urn, message string) {
	s.log(ctx, pulumirpc.LogSeverity_WARNING, urn, message, false)
}

// log drops the result: a progress line that cannot be shown must not fail
// the operation that it is about.
func (s *Status) log(ctx context.Context, severity pulumirpc.LogSeverity, urn, message string, ephemeral bool) {
	if s.engine == nil {
		return
	}
	_, _ = s.engine.Log(ctx, &pulumirpc.LogRequest{
		Severity: severity, Urn: urn, Message: message, Ephemeral: ephemeral,
	})
}
