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
		Use: "ashapp", Short: "Operate a stack of this checkout", Long: description, Example: examples, Version: version,
		SilenceErrors: true, SilenceUsage: true, // exit says it once
		TraverseChildren: true, // so that what is behind kubectl is left to kubectl
		Args:             cobra.ArbitraryArgs, RunE: unknownCommand, SuggestionsMinimumDistance: 2,
		PersistentPreRun: func(*cobra.Command, []string) { o.started = true },
	}
	root.SetOut(o.stdout)
	root.SetErr(o.stderr)
	root.SetUsageFunc(usage)
	o.stackFlag(root)
	root.AddGroup(groups()...)
	root.SetHelpCommandGroupID(more)
	root.SetCompletionCommandGroupID(more)
	root.AddCommand(stackCommands(o)...)
	root.AddCommand(releaseCommands(o)...)
	root.AddCommand(lookCommands(o)...)
	root.AddCommand(referenceCommand(o))
	for _, command := range root.Commands() {
		if command.Args == nil {
			command.Args, command.ValidArgsFunction = cobra.NoArgs, cobra.NoFileCompletions
		}
	}
	return root
}

// stackFlag gives every command the flag --stack. The environment has no say: STACK is a name that many programs have, and a stack
// that is destroyed has to be one that somebody has named here. make, which reads STACK, hands it on as the flag.
func (o *options) stackFlag(root *cobra.Command) {
	root.PersistentFlags().StringVarP(&o.stack, "stack", "s", "", "the stack `NAME`; default: the one that was brought up last")
	complete := func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return stack.Names("."), cobra.ShellCompDirectiveNoFileComp
	}
	_ = root.RegisterFlagCompletionFunc("stack", complete) // it fails only where there is no such flag, or a completion of it
}

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
