// Command pulumi-resource-docker stands in for the official docker plugin of
// Pulumi on machines that cannot download it. Pulumi starts it from PATH.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/docker"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-docker:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	status, err := plugin.NewStatus(args)
	if err != nil {
		return err
	}
	provider := docker.New(docker.Connect, status)
	return plugin.Serve(ctx, os.Stdout, args, func(server *grpc.Server) {
		pulumirpc.RegisterResourceProviderServer(server, provider)
	})
}
