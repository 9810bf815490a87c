package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// stackCommands are those that make, change and remove a stack.
func stackCommands(o *options) []*cobra.Command {
	up := &cobra.Command{
		Use: "up", GroupID: stacks, Short: "Provide the cluster, build the image and deploy the backend",
		Long: `Provide the cluster of a local stack, build and push the image, deploy the backend, and wait until it answers.

It installs the tools where they are not there, and makes the stack the one that later commands take without --stack. What fails stays,
to be looked at, and the same command again goes on from there: for what people use, ashapp deploy goes back by itself. While somebody
else changes the stack, it says who does, and changes nothing.`,
		Example: "  ashapp up --stack dev",
		RunE:    onStack(o, alone((*stack.Stack).Up)),
	}
	preview := &cobra.Command{
		Use: "preview", GroupID: stacks, Short: "Show what up would change",
		Long:    `Show what up would change, property by property. It changes nothing but what it needs itself: it installs the tools.`,
		Example: "  ashapp preview --stack prod",
		RunE:    onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Preview(ctx) }),
	}
	tools := &cobra.Command{
		Use: "tools", GroupID: stacks, Short: "Install the Pulumi command line and plugins only",
		Long: `Install the Pulumi command line and plugins below .tools, which every command does that needs them: the official ones by a download,
those of the stack airgap by a build of some minutes. What is there and up to date stays.`,
		Example: "  ashapp tools --stack airgap",
		RunE:    onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Tools(ctx) }),
	}
	return []*cobra.Command{up, preview, down(o), tools}
}
