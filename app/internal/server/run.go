// Package server is the backend: its configuration, its routes, its telemetry and its life from bind to graceful stop.
package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// Exit codes of Run.
const (
	exitOK      = 0 // stopped as asked
	exitFailure = 1 // could not bind, serve, log or stop in time
	exitUsage   = 2 // a flag or variable is wrong
)

const (
	// collectAtPercent is how much the heap grows between collections, unless GOGC says otherwise: that of so small a server
	// is tiny, and by the default of 100 is collected 70 times a second under load. It costs 4 MB of memory.
	collectAtPercent = 200

	// hurriedPatience bounds the writing of the last log lines where the stop was asked for twice, and of the last words.
	hurriedPatience = 100 * time.Millisecond
)

// listenFunc binds a listener, as net.Listen does.
type listenFunc func(network, address string) (net.Listener, error)

// Run is the backend from start to exit and returns its exit code: 0 after a clean stop, 1 after a failure, 2 on bad
// usage. It serves until ctx is done, SIGINT, SIGTERM or SIGHUP arrives, or nobody can read stdout any more, then drains; a
// second signal, a second or more after the first, makes it return 1 at once. Arguments come without the program's name.
// Logs and help go to stdout, the logs as JSON, usage errors and what is wrong with the log to stderr. Both listeners come
// from listen, that of the backend first.
func Run(
	ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer, listen listenFunc,
) int {
	settings, err := parseConfig(args, getenv, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		complain(stderr, err)
		return exitUsage
	}
	if getenv("GOGC") == "" {
		debug.SetGCPercent(collectAtPercent)
	}
	signal.Ignore(syscall.SIGPIPE) // an error of the write says the same, and does not end the process
	output := newLogWriter(stdout)
	ctx, stop := untilBroken(ctx, output)
	defer stop()
	build := readBuildInfo()
	told := newTelemetry(output, settings.logLevel, build)
	code, patience := exitOK, contract.FlushTimeout
	if err := start(ctx, settings, build, listen, told); err != nil {
		told.log.Error("stopped", "error", err.Error())
		code = exitFailure
		if errors.Is(err, errHurried) {
			patience = hurriedPatience
		}
	} else {
		told.log.Info("stopped")
	}
	output.flush(patience)
	if err := output.outcome(); err != nil {
		complain(stderr, err)
		return exitFailure
	}
	return code
}

// untilBroken is done as well when the log can never be written again. Its end is up to whoever calls it.
func untilBroken(ctx context.Context, output *logWriter) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-output.broken:
			cancel(errors.New("nobody reads the log any more"))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// complain has little patience: stderr may lead to where nobody reads stdout.
func complain(stderr io.Writer, err error) {
	written := make(chan struct{})
	go func() {
		_, _ = fmt.Fprintln(stderr, err) // nowhere is left to report to when stderr fails
		close(written)
	}()
	select {
	case <-written:
	case <-time.After(hurriedPatience):
	}
}

// stopSignal is done when the process is told to stop. One that was started with nohup(1) goes on when its terminal ends.
func stopSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signal.NotifyContext(ctx, signals...)
}

// start binds the listeners, makes the backend and serves until it is stopped, by a signal in the middle of the start as well.
// Binding comes before serving: a port that is taken is an error of the start and not of some goroutine.
func start(ctx context.Context, settings config, build buildInfo, listen listenFunc, told telemetry) error {
	ctx, stop := stopSignal(ctx)
	defer stop()
	hostname, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("finding the host's name: %w", err)
	}
	backend := newBackend(settings, build, hostname, told)
	listener, err := listen("tcp", settings.address)
	if err != nil {
		return fmt.Errorf("binding %s (flag -address): %w", settings.address, err)
	}
	adminListener, err := listen("tcp", settings.adminAddress)
	if err != nil {
		return errors.Join(fmt.Errorf("binding %s (flag -admin-address): %w", settings.adminAddress, err), listener.Close())
	}
	return backend.serve(ctx, listener, adminListener, stopSignal)
}
