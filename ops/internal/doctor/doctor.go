// Package doctor looks at everything that a stack needs, and says what to do about what it lacks. It changes nothing.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Check looks at one precondition.
type Check struct {
	// Name is one word.
	Name string
	// Look tells what it has found. Its error is what is wrong, with what to do; or a NotLookedAtError.
	Look func(ctx context.Context) (found string, err error)
}

// NotLookedAtError is the error of a Check that does not apply, or that nothing can be said about before something else is mended. It is
// the reason.
type NotLookedAtError string

// Error implements error.
func (n NotLookedAtError) Error() string { return string(n) }

// patience bounds each look. The longest asks for the official tools in several places, and gives them 5 s.
const patience = 15 * time.Second

// Run looks at everything, whatever fails, and prints a line for each. Its error counts those that have failed.
func Run(ctx context.Context, out io.Writer, checks []Check) error {
	failed := 0
	for _, check := range checks {
		found, err := look(ctx, check)
		mark, text, skipped := "ok", found, NotLookedAtError("")
		switch {
		case errors.As(err, &skipped):
			mark, text = "--", err.Error()
		case err != nil:
			mark, text = "FAIL", err.Error()
			failed++
		}
		line := strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ")
		if _, err := fmt.Fprintf(out, "%-4s  %-10s  %s\n", mark, check.Name, line); err != nil {
			return fmt.Errorf("printing what was found: %w", err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d preconditions are not met: each line says what to do", failed, len(checks))
	}
	return nil
}

// look has a check look in time; one that does not even hear that the time is over is left behind.
func look(ctx context.Context, check Check) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type result struct {
		found string
		err   error
	}
	results := make(chan result, 1)
	go func() {
		found, err := check.Look(ctx)
		results <- result{found, err}
	}()
	select {
	case seen := <-results:
		return seen.found, seen.err
	case <-ctx.Done():
		return "", fmt.Errorf("no answer: %w", ctx.Err())
	}
}
