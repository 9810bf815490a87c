package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// stackCommands are those that make, change and remove a stack.
func stackCommands(o *options) []*cobra.Command {
	up := &cobra.Command{
		Use: "up", GroupID: stacks, Short: "Provide the cluster, build the image and deploy the backend", Example: "  ashapp up --stack dev",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Up(ctx) }),
	}
	preview := &cobra.Command{
		Use: "preview", GroupID: stacks, Short: "Show what up would change", Example: "  ashapp preview --stack prod",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Preview(ctx) }),
	}
	tools := &cobra.Command{
		Use: "tools", GroupID: stacks, Short: "Install the Pulumi command line and plugins only", Example: "  ashapp tools",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Tools(ctx) }),
	}
	return []*cobra.Command{up, preview, down(o), tools}
}

// lookCommands are those that change nothing.
func lookCommands(o *options) []*cobra.Command {
	logs := &cobra.Command{
		Use: "logs", GroupID: looks, Short: "Show what the backend's pods have logged last", Example: "  ashapp logs",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Logs(ctx) }),
	}
	outputs := &cobra.Command{
		Use: "outputs", GroupID: looks, Short: "Print the stack's outputs as JSON, without its secrets", Example: "  ashapp outputs",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Outputs(ctx) }),
	}
	kubeconfig := &cobra.Command{
		Use: "kubeconfig", GroupID: looks, Short: "Write the local cluster's kubeconfig and print the line that makes kubectl use it",
		Example: `  eval "$(ashapp kubeconfig)"`,
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error {
			path, err := s.Kubeconfig(ctx)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(o.stdout, "export KUBECONFIG='%s'\n", path)
			return err
		}),
	}
	return []*cobra.Command{logs, outputs, kubeconfig, kubectl(o), execute(o)}
}

// kubectl hands everything behind its name on, flags as well; --stack stands before it.
func kubectl(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "kubectl [ARGUMENTS]", GroupID: looks, Short: "Run kubectl on the stack's cluster", Example: "  ashapp kubectl get pods -A",
		DisableFlagParsing: true, Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, arguments []string) error {
			return onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Kubectl(ctx, arguments...) })(command, nil)
		},
	}
}

// execute runs a command with the stack's tools on its PATH, as the end-to-end tests want it.
func execute(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "exec COMMAND [ARGUMENTS]", GroupID: looks, Short: "Run a command that finds the stack's tools on its PATH",
		Example: "  ashapp exec pulumi version", DisableFlagParsing: true, Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Execute(ctx, arguments...) })(command, nil)
		},
	}
}
