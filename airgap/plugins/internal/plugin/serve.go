package plugin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"
)

// maxMessageBytes is the engine's own limit: state and assets travel in single messages.
const maxMessageBytes = 400 << 20

// Serve runs a plugin: it listens on a free port of 127.0.0.1, prints the port
// as the first line of stdout, which is how the engine finds it, and serves
// what register registers. It returns nil once ctx is cancelled, SIGINT or
// SIGTERM arrives, or the engine at the address in args is gone. Calls in
// flight are then cancelled and awaited, so that they can clean up.
//
// args are the command line without the program's name, see EngineAddress.
func Serve(ctx context.Context, stdout io.Writer, args []string, register func(*grpc.Server)) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	address, err := EngineAddress(args)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening on the loopback interface: %w", err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessageBytes), grpc.WaitForHandlers(true))
	register(server)
	if _, err := fmt.Fprintln(stdout, listener.Addr().(*net.TCPAddr).Port); err != nil {
		return errors.Join(fmt.Errorf("printing the port: %w", err), listener.Close())
	}

	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	gone := watch(ctx, address)
	select {
	case err := <-served:
		return fmt.Errorf("serving the plugin: %w", err)
	case <-gone:
	case <-ctx.Done():
	}
	server.Stop()
	return nil
}

// EngineAddress returns the address of the engine that started the plugin: the
// first argument that is not a flag, or "" when a person started the plugin by
// hand. The engine's logging flags are accepted and have no effect.
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
