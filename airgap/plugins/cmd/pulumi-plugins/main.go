// Command pulumi-plugins is the Go language host and the docker plugin of Pulumi in one binary, for machines that cannot download the
// official ones. The name that Pulumi calls it by decides which of them runs.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/ashwanth01/ashapp-backend/airgap/internal/multicall"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/docker"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/langhost"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

func main() {
	os.Exit(multicall.Run(map[string]multicall.Program{
		"pulumi-language-go":     reporting(runLanguageHost),
		"pulumi-resource-docker": reporting(runDocker),
	}, os.Args, os.Stderr))
}

// reporting makes a program of a function that takes the address of the engine.
func reporting(run func(ctx context.Context, engine string) error) multicall.Program {
	return func(args []string) int {
		engine, err := plugin.EngineAddress(args[1:])
		if err == nil {
			err = run(context.Background(), engine)
		}
		if err != nil {
			_, _ = fmt.Fprintf(os.Stderr, "%s: %v\n", args[0], err)
			return 1
		}
		return 0
	}
}

func runLanguageHost(ctx context.Context, engine string) error {
	host := langhost.New(engine, os.Environ(), os.Stdout, os.Stderr)
	return plugin.Serve(ctx, os.Stdout, engine, func(server *grpc.Server) {
		pulumirpc.RegisterLanguageRuntimeServer(server, host)
	})
}

func runDocker(ctx context.Context, engine string) error {
	status, err := plugin.NewStatus(engine)
	if err != nil {
		return err
	}
	provider := docker.New(docker.Connect, status)
	return plugin.Serve(ctx, os.Stdout, engine, func(server *grpc.Server) {
		pulumirpc.RegisterResourceProviderServer(server, provider)
	})
}
