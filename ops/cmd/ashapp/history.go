package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/drift"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

// historyCommand lists the releases.
func historyCommand(o *options) *cobra.Command {
	command := &cobra.Command{
		Use: "history", GroupID: releases, Short: "List the releases, the latest first",
		Long: `List the releases that are kept on the cluster, the latest first: number, time, state, commit and image. With --output json they have
the backend's settings, and why they have failed, as well. It changes nothing.`,
		Example: "  ashapp history\n  ashapp history --output json | jq '.[0]'",
	}
	output := outputFlag(command)
	command.RunE = withSession(o, new(string), (*stack.Stack).Observer, func(ctx context.Context, s session) error {
		found, err := s.deployer.History(ctx)
		if err != nil {
			return err
		}
		return printHistory(o.stdout, *output, found)
	})
	return command
}

// printHistory prints releases, the latest of which is the last one, in the opposite order.
func printHistory(out io.Writer, output format, found []release.Release) error {
	latestFirst := make([]release.Release, 0, len(found)) // none are [] in JSON, and not null
	for _, one := range slices.Backward(found) {
		latestFirst = append(latestFirst, one)
	}
	return output.print(out, latestFirst, func(out io.Writer) error { return release.PrintHistory(out, found) })
}

// driftCommand compares the cluster with the state.
func driftCommand(o *options) *cobra.Command {
	command := &cobra.Command{
		Use: "drift", GroupID: releases, Short: "Compare the cluster with the state; fails where they differ, and changes neither",
		Long: `Compare the objects on the cluster with the state of the stack, and print a line for each difference: a field that an update would set
again, a field that somebody else has added, an object that is gone. The settings cluster.ignoredKeys and cluster.ignoredManagers say what
is left out. It changes neither. The exit code is 0 where nothing differs, and 1 where something does.`,
		Example: "  ashapp drift --stack prod\n  ashapp drift --output json",
	}
	output := outputFlag(command)
	command.RunE = withSession(o, new(string), (*stack.Stack).Observer, func(ctx context.Context, s session) error {
		report, err := s.cluster.differences(ctx)
		if err != nil {
			return err
		}
		return printDrift(o.stdout, o.stderr, *output, report)
	})
	return command
}

// printDrift prints the differences between cluster and state, and fails where there are any.
func printDrift(out, warnings io.Writer, output format, report drift.Report) error {
	err := output.print(out, report, func(out io.Writer) error {
		for _, warning := range report.Warnings {
			_, _ = fmt.Fprintln(warnings, "warning:", warning) // the differences matter more
		}
		for _, difference := range report.Differences {
			if _, err := fmt.Fprintln(out, difference); err != nil {
				return err
			}
		}
		text := "the cluster is as the stack has made it"
		switch {
		case len(report.Differences) > 0:
			return nil
		case len(report.Warnings) > 0:
			text += ", as far as it could be compared"
		}
		_, err := fmt.Fprintln(out, text)
		return err
	})
	if err == nil && len(report.Differences) > 0 {
		err = fmt.Errorf("the cluster differs from the state in %d fields or objects: make deploy puts back what the stack says, "+
			"and leaves what somebody else has set besides", len(report.Differences))
	}
	return err
}
