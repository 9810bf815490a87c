// Package command is how a command of the project ends: with a line about its error, and an exit code.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Exit codes.
const (
	ExitFailure     = 1
	ExitUsage       = 2
	ExitInterrupted = 130 // as shells have it: 128 and the number of SIGINT
)

// Exit says what went wrong, nothing where err is nil, and returns the exit code. An error that is usage is one of the command line. When
// ctx has ended, interrupted is said, which is what to do next.
func Exit(ctx context.Context, stderr io.Writer, err, usage error, interrupted string) int {
	if err == nil {
		return 0
	}
	code := ExitFailure
	if ctx.Err() != nil {
		code, err = ExitInterrupted, errors.New("interrupted: "+interrupted)
	} else if errors.Is(err, usage) {
		code = ExitUsage
	}
	if _, err := fmt.Fprintln(stderr, "error:", err); err != nil {
		return ExitFailure
	}
	return code
}
