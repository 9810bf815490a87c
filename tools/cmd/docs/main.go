// Command docs writes the parts of the documentation that are made by programs. The Makefile calls it from the root of the checkout.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/reference"
)

var errUsage = errors.New(`usage: docs COMMAND
  settings PROJECT PAGE      write the settings that a project file declares into a page
  targets MAKEFILE... PAGE   write the targets of Makefiles into a page
  insert NAME PAGE           write what is read from stdin into the part of a page that has a name
  bars TABLE PAGE            draw a table of numbers as a picture
  terminal COMMAND... PAGE   run commands of the shell, and draw what they print as a picture`)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stderr)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "error:", err) // there is nobody else to tell
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, stdin io.Reader, progress io.Writer) error {
	if len(arguments) < 3 {
		return errUsage
	}
	names, page := arguments[1:len(arguments)-1], arguments[len(arguments)-1]
	switch arguments[0] {
	case "settings":
		project, err := os.ReadFile(names[0])
		if err != nil {
			return fmt.Errorf("reading the project file: %w", err)
		}
		table, err := reference.Settings(project)
		if err != nil {
			return err
		}
		return insert("settings", page, table)
	case "targets":
		makefiles := make([]string, len(names))
		for i, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				return fmt.Errorf("reading a Makefile: %w", err)
			}
			makefiles[i] = string(content)
		}
		return insert("targets", page, reference.Targets(makefiles...))
	case "insert":
		content, err := io.ReadAll(stdin)
		if err != nil {
			return fmt.Errorf("reading what to insert: %w", err)
		}
		return insert(names[0], page, string(content))
	case "bars":
		return draw(names[0], page)
	case "terminal":
		return record(ctx, names, page, progress)
	}
	return errUsage
}

// insert writes content into a part of a page. A page that has no such part stays as it was.
func insert(name, page, content string) error {
	old, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	written, err := reference.Replace(string(old), name, content)
	if err != nil {
		return fmt.Errorf("writing %s: %w", page, err)
	}
	if err := os.WriteFile(page, []byte(written), 0o644); err != nil { //nolint:gosec // a page is for everybody
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
