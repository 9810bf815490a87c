// Package node starts a single-node Kubernetes inside a container and keeps it running.
package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/layout"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/options"
	"github.com/ashwanth01/ashapp-backend/airgap/node/internal/supervise"
)

// stopGrace is what each of the nine components has to end in. Docker kills a container 10 s after asking it to stop.
const stopGrace = 1100 * time.Millisecond

// Main runs the node until SIGTERM or SIGINT, or until a component ends. It returns the exit code: 0 after a signal,
// otherwise 1, with the cause as the last thing written to output.
func Main(args []string, output io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, args, output); err != nil {
		_, _ = fmt.Fprintf(output, "node: %v\n", err)
		return 1
	}
	return 0
}

// run returns nil after a signal, and otherwise why the node cannot start or go on.
func run(ctx context.Context, args []string, output io.Writer) error {
	began := time.Now()
	chosen, err := options.Parse(args)
	if err != nil {
		return err
	}
	settings, err := prepare(ctx, layout.Layout{Root: "/"}, chosen)
	if err != nil {
		return err
	}

	supervisor, running := supervise.New(ctx, output)
	defer supervisor.Stop(stopGrace)
	if err := start(running, supervisor, settings); err != nil {
		if ctx.Err() != nil { // A signal during the start is no failure.
			return nil
		}
		// The end of a component is the cause of whatever failed after it.
		if exit := new(supervise.ExitError); errors.As(context.Cause(running), &exit) {
			err = exit
		}
		return fmt.Errorf("starting Kubernetes: %w", err)
	}
	_, _ = fmt.Fprintf(output, "node: every component runs after %.1f s\n", time.Since(began).Seconds())

	<-running.Done()
	if ctx.Err() != nil {
		_, _ = fmt.Fprintln(output, "node: stopping")
		return nil
	}
	return context.Cause(running)
}
