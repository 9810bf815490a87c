package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/doctor"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// doctorCommand looks at what a stack needs.
func doctorCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", GroupID: looks, Short: "Look at everything that the stack needs, and say what to do about what it lacks",
		Long: `Look at everything that the stack needs: Docker, ports, disk, tools, state, passphrase, and the cluster with its version and your rights on
it. Each is a line with ok, or with FAIL and what to do; two dashes are before what is not needed, or not known before something else is
mended.

It changes nothing and installs nothing, and goes on after a line that has failed. The exit code is 1 where any has.`,
		Example: "  ashapp doctor --stack prod",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error {
			reached, err := s.Cluster(ctx) // first: some settings may be Pulumi's to tell
			cluster := &doctor.Cluster{Backend: s.Settings.Backend, Connect: func(context.Context) (kubernetes.Interface, error) {
				if err != nil || reached == nil {
					return nil, err
				}
				return reached.Typed, nil
			}}
			return doctor.Run(ctx, o.stdout, slices.Concat(s.Preconditions(), cluster.Checks()))
		}),
	}
}
