package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// lookCommands are those that change nothing.
func lookCommands(o *options) []*cobra.Command {
	logs := &cobra.Command{
		Use: "logs", GroupID: looks, Short: "Show what the backend's pods have logged last",
		Long: "Show the last 100 lines that each of the backend's pods has logged.", Example: "  ashapp logs",
		RunE: onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Logs(ctx) }),
	}
	outputs := &cobra.Command{
		Use: "outputs", GroupID: looks, Short: "Print the stack's outputs as JSON, without its secrets",
		Long:    "Print the stack's outputs as JSON: url, image, namespace and more; {} where it was never up. Secrets stay hidden.",
		Example: "  ashapp outputs | jq -r .url",
		RunE:    onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Outputs(ctx) }),
	}
	kubeconfig := &cobra.Command{
		Use: "kubeconfig", GroupID: looks, Short: "Write the local cluster's kubeconfig and print the line that makes kubectl use it",
		Long: `Write the kubeconfig of a local stack's cluster to .state/kubeconfig, for this user only, and print the line that makes kubectl use it.
Your own kubeconfig stays as it is.`,
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
	return []*cobra.Command{statusCommand(o), doctorCommand(o), logs, outputs, kubeconfig, kubectl(o), execute(o)}
}

// kubectl hands everything behind its name on, flags as well; --stack stands before it.
func kubectl(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "kubectl [ARGUMENTS]", GroupID: looks, Short: "Run kubectl on the stack's cluster",
		Long: `Run kubectl on the stack's cluster, whatever your own kubeconfig says. It gets all that stands behind its name, so --stack stands before
it. It changes what kubectl changes. Where kubectl fails, the exit code is 1.`,
		Example:            "  ashapp kubectl get pods -A\n  ashapp --stack prod kubectl get events --watch",
		DisableFlagParsing: true, DisableFlagsInUseLine: true, Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, arguments []string) error {
			return onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Kubectl(ctx, arguments...) })(command, nil)
		},
	}
}

// execute runs a command with the stack's tools on its PATH, as the end-to-end tests want it.
func execute(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "exec COMMAND [ARGUMENTS]", GroupID: looks, Short: "Run a command that finds the stack's tools on its PATH",
		Long: `Run a command that finds the stack's tools on its PATH and the stack's name in ASHAPP_STACK. It gets all that stands behind it, so --stack
stands before exec. Where the command fails, the exit code is 1.`,
		Example:            "  ashapp exec pulumi version",
		DisableFlagParsing: true, DisableFlagsInUseLine: true, Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return onStack(o, func(ctx context.Context, s *stack.Stack) error { return s.Execute(ctx, arguments...) })(command, nil)
		},
	}
}
