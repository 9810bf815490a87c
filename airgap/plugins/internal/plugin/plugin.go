// Package plugin holds what every Pulumi plugin process does the same way, whatever it provides: it is found by the engine,
// stops when the engine is gone, sends it progress lines, and translates property maps to and from the wire.
package plugin

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

// checkInterval is how often a plugin asks whether its engine is still there.
const checkInterval = time.Second

// Serve runs a plugin: it listens on a free port of 127.0.0.1, prints the port as the first line of stdout, which is how the
// engine finds it, and serves what register registers. It returns nil once ctx is cancelled, SIGINT or SIGTERM arrives, or
// the engine at the address, if there is one, is gone. Calls in flight are then cancelled and awaited, so that they can
// clean up.
func Serve(ctx context.Context, stdout io.Writer, engine string, register func(*grpc.Server)) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if engine != "" {
		if err := rpcutil.Healthcheck(ctx, engine, checkInterval, stop); err != nil {
			return fmt.Errorf("connecting to the engine at %s: %w", engine, err)
		}
	}
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			register(server)
			context.AfterFunc(ctx, server.Stop)
			return nil
		},
		Options: []grpc.ServerOption{grpc.WaitForHandlers(true)},
	})
	if err != nil {
		return fmt.Errorf("serving the plugin: %w", err)
	}
	if _, err := fmt.Fprintln(stdout, served.Port); err != nil {
		return fmt.Errorf("printing the port: %w", err)
	}
	return <-served.Done
}

// EngineAddress returns the address of the engine that started the plugin: the first argument that is not a flag, or "" when
// a person started the plugin by hand. The engine's logging flags are accepted and have no effect.
func EngineAddress(args []string) (string, error) {
	flags := flag.NewFlagSet("plugin", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Bool("logtostderr", false, "")
	flags.Int("v", 0, "")
	flags.String("tracing", "", "")
	flags.String("root", "", "")
	if err := flags.Parse(args); err != nil {
		return "", fmt.Errorf("parsing the command line %q: %w", args, err)
	}
	return flags.Arg(0), nil
}

// Status sends lines about a resource to the engine, which shows them beside the resource while the operation runs. The zero
// Status discards them.
type Status struct {
	engine pulumirpc.EngineClient
}

// NewStatus returns the Status for the engine at an address; without one it discards every line. The connection is made when
// it is first used, and leaves the loopback interface as little as the engine does, hence no TLS.
func NewStatus(engine string) (Status, error) {
	if engine == "" {
		return Status{}, nil
	}
	connection, err := grpc.NewClient(engine, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return Status{}, fmt.Errorf("connecting to the engine at %s: %w", engine, err)
	}
	return Status{pulumirpc.NewEngineClient(connection)}, nil
}

// Info shows progress until the next line replaces it.
func (s Status) Info(ctx context.Context, urn, message string) {
	s.log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_INFO, Urn: urn, Message: message, Ephemeral: true})
}

// Warn shows a warning that stays in the diagnostics of the operation.
func (s Status) Warn(ctx context.Context, urn, message string) {
	s.log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_WARNING, Urn: urn, Message: message})
}

// log drops the result: a progress line that cannot be shown must not fail the operation that it is about.
func (s Status) log(ctx context.Context, line *pulumirpc.LogRequest) {
	if s.engine != nil {
		_, _ = s.engine.Log(ctx, line)
	}
}

// codec keeps what the engine must know of a value: that it is secret, or not known yet.
var codec = sdk.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// Decode turns properties from the wire into a property map, in which unknowns are Computed values and secrets are Secret
// values. A nil struct is an empty map.
func Decode(properties *structpb.Struct) (resource.PropertyMap, error) {
	return sdk.UnmarshalProperties(properties, codec)
}

// Encode is the inverse of Decode.
func Encode(properties resource.PropertyMap) (*structpb.Struct, error) {
	return sdk.MarshalProperties(properties, codec)
}
