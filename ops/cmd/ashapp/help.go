package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

const description = `ashapp operates a stack of the checkout that it is run in: it brings it up and down, releases new versions of the backend, goes back
to earlier ones, and tells how it is.

A stack is a file Pulumi.NAME.yaml. Without --stack it is the one that was brought up last, or else dev where the official Pulumi
tools can be downloaded, and airgap where they cannot.`

const examples = `  ashapp up                            # cluster, image and backend; the stack that was used last, or that suits this machine
  ashapp status                        # how it is, in a few lines
  ashapp deploy --stack prod           # release what is checked out; what fails is undone
  ashapp rollback --stack prod --to 3  # bring release 3 back
  source <(ashapp completion bash)     # have the shell complete commands and stacks; zsh and fish as well`

// Groups of commands in the help, in this order.
const (
	stacks   = "stacks"
	releases = "releases"
	looks    = "looks"
	more     = "more"
)

// releasing is the annotation of commands that have the exit codes of releases.
const releasing = "releasing"

func groups() []*cobra.Group {
	return []*cobra.Group{
		{ID: stacks, Title: "The stack:"}, {ID: releases, Title: "Releases of the backend:"}, {ID: looks, Title: "Looking at it:"}, {ID: more, Title: "More:"},
	}
}

// init has commands listed in the order in which they are used, and not by their names. It is a setting of the whole library.
func init() { cobra.EnableCommandSorting = false }

// usage prints everything about a command but its description: how it is called, what is below it, examples, flags, exit codes. The
// library's own has no place for the last ones.
func usage(command *cobra.Command) error {
	var text strings.Builder
	line := command.UseLine()
	if command.HasAvailableSubCommands() {
		line = command.CommandPath() + " COMMAND [flags]"
	}
	fmt.Fprintf(&text, "Usage:\n  %s\n", line)
	describeCommands(&text, command)
	section(&text, "Examples", command.Example)
	section(&text, "Flags", command.LocalFlags().FlagUsages())
	section(&text, "Flags of every command", command.InheritedFlags().FlagUsages())
	section(&text, "Exit codes", describeExits(!command.HasParent() || command.Annotations[releasing] != ""))
	if command.HasAvailableSubCommands() {
		fmt.Fprintf(&text, "\n%s COMMAND --help says what a command changes, and has its flags and examples.\n", command.CommandPath())
	}
	_, err := io.WriteString(command.OutOrStderr(), text.String())
	return err
}

// describeCommands lists the commands below one, group by group where it has groups.
func describeCommands(text *strings.Builder, parent *cobra.Command) {
	below := parent.Groups()
	if len(below) == 0 && parent.HasAvailableSubCommands() {
		below = []*cobra.Group{{Title: "Commands:"}}
	}
	for _, group := range below {
		fmt.Fprintf(text, "\n%s\n", group.Title)
		for _, command := range parent.Commands() {
			if command.GroupID == group.ID && (command.IsAvailableCommand() || command.Name() == "help") {
				fmt.Fprintf(text, "  %-*s  %s\n", parent.Commands()[0].NamePadding(), command.Name(), command.Short)
			}
		}
	}
}

// describeExits lists the exit codes, with those of releases or without.
func describeExits(ofReleases bool) string {
	var text strings.Builder
	for _, exit := range exitCodes() {
		if ofReleases || !exit.ofReleases {
			fmt.Fprintf(&text, "  %-3d  %s\n", exit.code, exit.meaning)
		}
	}
	return text.String()
}

// section is a part of the help, left out where it is empty.
func section(text *strings.Builder, title, content string) {
	if content = strings.TrimRight(content, "\n"); content != "" {
		fmt.Fprintf(text, "\n%s:\n%s\n", title, content)
	}
}
