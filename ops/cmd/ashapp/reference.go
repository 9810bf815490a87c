package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// referenceCommand prints what the help says as Markdown, for the page of the documentation that is made from it.
func referenceCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "reference", Hidden: true, Short: "Print the reference of all commands as Markdown", Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := io.WriteString(o.stdout, reference(command.Root()))
			return err
		},
	}
}

// reference describes every command, group by group, and the exit codes.
func reference(root *cobra.Command) string {
	var text strings.Builder
	text.WriteString("```\n" + root.Example + "\n```\n\n### Flags of every command\n\n```\n" +
		strings.TrimRight(root.PersistentFlags().FlagUsages(), "\n") + "\n```\n")
	for _, group := range root.Groups() {
		for _, command := range root.Commands() {
			if command.GroupID == group.ID && command.IsAvailableCommand() {
				describe(&text, command)
			}
		}
	}
	text.WriteString("\n### Exit codes\n\nMake itself exits with 2 for every failure.\n\n| code | what it means |\n| --- | --- |\n")
	for _, exit := range exitCodes() {
		fmt.Fprintf(&text, "| %d | %s |\n", exit.code, exit.meaning)
	}
	return text.String()
}

// describe is the part of one command: what it does and changes, how it is called, its flags.
func describe(text *strings.Builder, command *cobra.Command) {
	fmt.Fprintf(text, "\n### ashapp %s\n\n%s\n\n```\n%s\n", command.Name(), strings.TrimSpace(command.Long), command.UseLine())
	for _, part := range []string{command.Example, command.NonInheritedFlags().FlagUsages()} {
		if part = strings.TrimRight(part, "\n"); part != "" {
			text.WriteString("\n" + part + "\n")
		}
	}
	text.WriteString("```\n")
}
