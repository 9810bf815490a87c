// Command pulumi-resource-kubernetes stands in for Pulumi's Kubernetes plugin
// on machines that cannot download it.
package main

import (
	"context"
	"fmt"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-kubernetes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	status, err := plugin.NewStatus(args)
	if err != nil {
		return err
	}
	provider := kube.New(status, os.Getenv)
	return plugin.Serve(ctx, os.Stdout, args, func(server *grpc.Server) {
		pulumirpc.RegisterResourceProviderServer(server, provider)
	})
}
