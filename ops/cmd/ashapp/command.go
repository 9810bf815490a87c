package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ashwanth01/ashapp-backend/ops/internal/stack"
)

const description = `ashapp operates a stack of the checkout that it is run in.

A stack is a file Pulumi.NAME.yaml. Without --stack it is the one that was brought up last, or else dev where the official Pulumi
tools can be downloaded, and airgap where they cannot.

Exit codes:
  0    done
  1    it failed; nothing was changed, or the message says what was
  2    the command line cannot be understood
  3    the release failed, and the last good release runs
  4    it failed, and somebody must look: the message says where
  130  interrupted`

// options are what every command has.
type options struct {
	stack          string
	started        bool // the command line was understood
	stdin          io.Reader
	interactive    bool // stdin is a terminal
	stdout, stderr io.Writer
}

// open prepares the stack that the command line means.
func (o *options) open(ctx context.Context) (*stack.Stack, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("looking for the checkout: %w", err)
	}
	return stack.Open(ctx, root, o.stack, o.stdout, o.stderr)
}

// newCommand is the whole command line.
func newCommand(o *options) *cobra.Command {
	root := &cobra.Command{
		Use: "ashapp", Short: "Operate a stack of this checkout", Long: description,
		SilenceErrors: true, SilenceUsage: true, // exit says it once
		TraverseChildren: true, // so that what is behind kubectl is left to kubectl
		Args:             cobra.ArbitraryArgs, RunE: unknownCommand, SuggestionsMinimumDistance: 2,
		PersistentPreRun: func(*cobra.Command, []string) { o.started = true },
	}
	root.SetOut(o.stdout)
	root.SetErr(o.stderr)
	root.PersistentFlags().StringVarP(&o.stack, "stack", "s", os.Getenv("STACK"), "the stack; default: the one that was brought up last")
	root.AddGroup(&cobra.Group{ID: stacks, Title: "The stack:"}, &cobra.Group{ID: releases, Title: "Releases of the backend:"},
		&cobra.Group{ID: looks, Title: "Looking at it:"})
	root.AddCommand(stackCommands(o)...)
	root.AddCommand(releaseCommands(o)...)
	root.AddCommand(lookCommands(o)...)
	for _, command := range root.Commands() {
		if command.Args == nil {
			command.Args = cobra.NoArgs
		}
	}
	return root
}

// Groups of commands in the help.
const (
	stacks   = "stacks"
	releases = "releases"
	looks    = "looks"
)

// unknownCommand names those that may have been meant. Without any it shows the help.
func unknownCommand(command *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return command.Help()
	}
	text := fmt.Sprintf("unknown command %q", arguments[0])
	if meant := command.SuggestionsFor(arguments[0]); len(meant) > 0 {
		text += ", did you mean " + strings.Join(meant, " or ") + "?"
	}
	return usageError{fmt.Errorf("%s: see %s --help", text, command.CommandPath())}
}

// onStack is a command that does one thing with the stack.
func onStack(o *options, do func(context.Context, *stack.Stack) error) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, _ []string) error {
		s, err := o.open(command.Context())
		if err != nil {
			return err
		}
		return do(command.Context(), s)
	}
}
