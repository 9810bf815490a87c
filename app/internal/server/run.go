// Package server is the backend: its configuration, its routes, its telemetry and its life from bind to graceful stop.
package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Exit codes of Run.
const (
	exitOK      = 0 // stopped as asked
	exitFailure = 1 // could not bind, serve or stop in time
	exitUsage   = 2 // a flag or variable is wrong
)

// collectAtPercent is how much the heap grows between collections, unless GOGC says otherwise. It costs 4 MB of memory.
const collectAtPercent = 200

// Run is the backend from start to exit and returns its exit code: 0 after a clean stop, 1 after a failure, 2 on bad
// usage. It serves until ctx is done or SIGINT or SIGTERM arrives, then drains; a second signal makes it return 1 at
// once. Arguments come without the program's name. Logs and help go to stdout, the logs as JSON, usage errors to stderr.
// Both listeners come from listen, that of the backend first.
func Run(
	ctx context.Context,
	args []string,
	getenv func(string) string,
	stdout, stderr io.Writer,
	listen func(network, address string) (net.Listener, error),
) int {
	settings, err := parseConfig(args, getenv, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		_, _ = fmt.Fprintln(stderr, err) // nowhere is left to report to when stderr fails
		return exitUsage
	}
	// From here on, so that a signal in the middle of the start stops it as well. The second one must find room.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(signals)

	// The heap of so small a server is tiny, and by the default of 100 is collected 70 times a second under load.
	if getenv("GOGC") == "" {
		debug.SetGCPercent(collectAtPercent)
	}
	output := newBatchWriter(stdout)
	log := slog.New(newLogHandler(output, settings.logLevel))
	code := exitOK
	access := &accessLog{output, settings.logLevel}
	if err := start(ctx, settings, getenv, listen, log, access, signals); err != nil {
		log.Error("stopped", "error", err.Error())
		code = exitFailure
	} else {
		log.Info("stopped")
	}
	if err := output.Flush(); err != nil {
		_, _ = fmt.Fprintln(stderr, fmt.Errorf("writing the log: %w", err))
		return exitFailure
	}
	return code
}

// start binds the listeners, makes the backend and serves until it is stopped. Binding comes before serving: a port that
// is taken is an error of the start and not of some goroutine.
func start(
	ctx context.Context,
	settings config,
	getenv func(string) string,
	listen func(network, address string) (net.Listener, error),
	log *slog.Logger,
	access *accessLog,
	signals <-chan os.Signal,
) error {
	hostname, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("finding the host's name: %w", err)
	}
	build := readBuildInfo()
	tracing, err := newTracing(ctx, getenv, build, log)
	if err != nil {
		return err
	}
	backend, err := newBackend(settings, build, hostname, telemetry{log, access, newMetrics(build), tracing})
	if err != nil {
		return err
	}
	listener, err := listen("tcp", settings.address)
	if err != nil {
		return fmt.Errorf("binding %s (flag -address): %w", settings.address, err)
	}
	adminListener, err := listen("tcp", settings.adminAddress)
	if err != nil {
		return errors.Join(fmt.Errorf("binding %s (flag -admin-address): %w", settings.adminAddress, err), listener.Close())
	}
	return backend.serve(ctx, listener, adminListener, signals)
}
