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
again, a field that somebody else has added, an object that is gone. It changes neither. The exit code is 0 where nothing differs, and 1
where something does.`,
		Example: "  ashapp drift --stack prod\n  ashapp drift --output json",
	}
	output := outputFlag(command)
	command.RunE = withSession(o, new(string), (*stack.Stack).Observer, func(ctx context.Context, s session) error {
		differences, err := s.cluster.differences(ctx)
		if err != nil {
			return err
		}
		return printDrift(o.stdout, *output, differences)
	})
	return command
}

// printDrift prints the differences between cluster and state, and fails where there are any.
func printDrift(out io.Writer, output format, differences []drift.Difference) error {
	err := output.print(out, append([]drift.Difference{}, differences...), func(out io.Writer) error {
		for _, difference := range differences {
			if _, err := fmt.Fprintln(out, difference); err != nil {
				return err
			}
		}
		if len(differences) > 0 {
			return nil
		}
		_, err := fmt.Fprintln(out, "the cluster is as the stack has made it")
		return err
	})
	if err == nil && len(differences) > 0 {
		err = fmt.Errorf("the cluster differs from the state in %d fields or objects: make deploy puts back what the stack says, "+
			"and leaves what somebody else has set besides", len(differences))
	}
	return err
}
