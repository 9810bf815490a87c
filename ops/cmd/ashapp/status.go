package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
	"github.com/ashwanth01/ashapp-backend/ops/internal/status"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// statusCommand tells how a stack is.
func statusCommand(o *options) *cobra.Command {
	command := &cobra.Command{
		Use: "status", GroupID: looks, Short: "Tell in a few lines how the stack is; fails where something is not as it should be",
		Long: `Tell in a few lines how the stack is: its cluster, the release that was verified last, the image that runs, how many pods are ready, and
whether the backend answers. An exclamation mark is before each line that is not as it should be, and the line says why.

It changes nothing, installs nothing and waits for nothing: what cannot be asked is unknown, and the rest is told all the same. The exit
code is 0 where all is well and 1 where something is not, a stack that is not up included. A release that has failed and was undone is
told, and is no problem.`,
		Example: "  ashapp status\n  ashapp status --stack prod --output json | jq .pods",
	}
	output := outputFlag(command)
	command.RunE = onStack(o, func(ctx context.Context, s *stack.Stack) error {
		found := status.Read(ctx, statusSources(ctx, s))
		if err := output.print(o.stdout, found, found.Print); err != nil {
			return err
		}
		if !found.Healthy && ctx.Err() == nil {
			return fmt.Errorf("stack %s is not as it should be", s.Name)
		}
		return ctx.Err()
	})
	return command
}

// statusSources ask Pulumi, the cluster and the backend of a stack.
func statusSources(ctx context.Context, s *stack.Stack) status.Sources {
	operator, unread := s.Reader(ctx) // first: some settings may be Pulumi's to tell
	reached := target{operator: operator, settings: s.Settings.Cluster}
	sources := status.Sources{
		Stack: s.Name, Settings: s.Settings, Node: s.Node, Connect: reached.connect,
		Snapshot: func(ctx context.Context) (pulumi.Snapshot, error) {
			if unread != nil {
				return pulumi.Snapshot{}, unread // and then nothing else is asked of the cluster
			}
			return operator.Snapshot(ctx)
		},
		Releases: (&release.Deployer{Pulumi: operator, Settings: s.Settings, Project: s.Project(), Connect: reached.connect}).History,
	}
	if s.Settings.Verify.Enabled {
		sources.Ask = func(ctx context.Context, url string, deployed map[string]string) error {
			if unread != nil && s.Settings.Verify.From == settings.InCluster {
				return unread
			}
			return asks(ctx, s.Settings, reached.connect, url, deployed)
		}
	}
	return sources
}

// asks asks the backend once, in the way that the settings choose, whether it greets as it was deployed to.
func asks(ctx context.Context, wanted settings.Settings, connect connector, url string, deployed map[string]string) error {
	if greeting, known := deployed["greeting"]; known {
		wanted.Backend.Greeting = greeting
	}
	question := verify.Question{Settings: wanted, URL: url}
	if wanted.Verify.From == settings.InCluster {
		client, err := connect(ctx)
		if err != nil {
			return err
		}
		question.URL, question.Client = "", client
	}
	return verify.Answers(ctx, question)
}

// connector leads to the cluster of a stack; to nil where that is not there.
type connector func(context.Context) (kubernetes.Interface, error)
