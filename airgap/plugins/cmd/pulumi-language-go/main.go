// Command pulumi-language-go stands in for the official Go language host of
// Pulumi on machines that cannot download it. Pulumi starts it from PATH.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/langhost"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-go:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	engine, err := plugin.EngineAddress(args)
	if err != nil {
		return err
	}
	host := langhost.New(engine, os.Environ(), os.Stdout, os.Stderr)
	return plugin.Serve(ctx, os.Stdout, args, func(server *grpc.Server) {
		pulumirpc.RegisterLanguageRuntimeServer(server, host)
	})
}
