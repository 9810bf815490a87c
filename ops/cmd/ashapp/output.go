package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// format is how a command prints what it has found: for people, or for programs.
type format string

const (
	textFormat format = "text"
	jsonFormat format = "json"
)

// String implements pflag.Value.
func (f *format) String() string { return string(*f) }

// Type implements pflag.Value.
func (f *format) Type() string { return "FORMAT" }

// Set implements pflag.Value.
func (f *format) Set(value string) error {
	switch chosen := format(value); chosen {
	case textFormat, jsonFormat:
		*f = chosen
		return nil
	}
	return errors.New("must be text or json")
}

// outputFlag gives a command the flag --output. Its JSON is what the Go type of the value that is printed says by its tags.
func outputFlag(command *cobra.Command) *format {
	chosen := textFormat
	command.Flags().VarP(&chosen, "output", "o", "text, or json for programs")
	complete := cobra.FixedCompletions([]cobra.Completion{string(textFormat), string(jsonFormat)}, cobra.ShellCompDirectiveNoFileComp)
	_ = command.RegisterFlagCompletionFunc("output", complete) // it fails only where there is no such flag, or a completion of it
	return &chosen
}

// print prints a value as JSON, or has text print it.
func (f format) print(out io.Writer, value any, text func(io.Writer) error) error {
	if f == textFormat {
		return text(out)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("printing JSON: %w", err)
	}
	return nil
}
