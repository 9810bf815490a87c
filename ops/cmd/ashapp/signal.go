package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// echo is how long a signal may come again without meaning more: make hands on what its whole group has got already.
const echo = time.Second

// interruptible returns a context that ends with the first SIGINT, SIGTERM or SIGHUP, so that what runs ends in good order. A
// second one has the children drop everything. A reader of our output that goes away is no signal: what is being done goes on
// without it.
func interruptible(stderr io.Writer) context.Context {
	signal.Ignore(syscall.SIGPIPE)
	impatient := make(chan struct{})
	ctx, cancel := context.WithCancelCause(child.WithImpatience(context.Background(), impatient))
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		received, first := <-signals, time.Now()
		_, _ = fmt.Fprintln(stderr, "\nstopping in good order (once more: at once)") // nobody may be listening any more
		if received == syscall.SIGINT {
			cancel(context.Canceled)
		} else {
			cancel(child.ErrTerminated)
		}
		for range signals {
			if time.Since(first) > echo {
				close(impatient)
				return
			}
		}
	}()
	return ctx
}
