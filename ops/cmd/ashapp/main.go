// Command ashapp operates a stack of the checkout that it is run in: it brings it up and down, releases new versions of the backend
// and goes back to earlier ones, and tells how it is. The Makefile's targets call it.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

func main() {
	os.Exit(run(interruptible(os.Stderr), os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command, in the current folder, from its arguments to its exit code.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	o := &options{stdin: os.Stdin, interactive: term.IsTerminal(int(os.Stdin.Fd())), stdout: stdout, stderr: stderr}
	root := newCommand(o) //nolint:contextcheck // the commands get theirs from ExecuteContext
	root.SetArgs(arguments)
	err := root.ExecuteContext(ctx)
	if err != nil && !o.started {
		err = usageError{fmt.Errorf("%w: see ashapp --help", err)}
	}
	return exit(ctx, stderr, err)
}
