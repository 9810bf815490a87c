// Package server is the backend: its configuration, its routes and its life from bind to graceful stop.
package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// Exit codes of Run.
const (
	exitOK      = 0 // stopped as asked
	exitFailure = 1 // could not bind, serve or stop in time
	exitUsage   = 2 // a flag or variable is wrong
)

// Run is the backend from start to exit and returns its exit code: 0 after a clean stop, 1 after a failure, 2 on bad
// usage. It serves until ctx is done or SIGINT or SIGTERM arrives, then drains; a second signal ends the process at
// once. Arguments come without the program's name. Logs go to stdout as JSON, usage errors to stderr.
func Run(
	ctx context.Context,
	args []string,
	getenv func(string) string,
	stdout, stderr io.Writer,
	listen func(network, address string) (net.Listener, error),
) int {
	settings, err := parseConfig(args, getenv, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		_, _ = fmt.Fprintln(stderr, err) // nowhere is left to report to when stderr fails
		return exitUsage
	}

	ctx, restoreSignals := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer restoreSignals()
	log := slog.New(slog.NewJSONHandler(stdout, nil))

	// Bind first, then serve: a port that is taken is an error of the start and not of some goroutine.
	listener, err := listen("tcp", settings.address)
	if err != nil {
		log.Error("stopped", "error", fmt.Errorf("binding %s: %w", settings.address, err).Error())
		return exitFailure
	}
	if err := serve(ctx, restoreSignals, listener, settings.greeting, log); err != nil {
		log.Error("stopped", "error", err.Error())
		return exitFailure
	}
	log.Info("stopped")
	return exitOK
}

// serve answers on the listener until ctx is done, then stops in order: readiness down and still serving for the drain
// delay, then no new connections and at most the shutdown timeout for the requests in flight. restoreSignals runs when
// the stop begins, so that a second signal has its default effect and kills.
func serve(ctx context.Context, restoreSignals func(), listener net.Listener, greeting string, log *slog.Logger) error {
	var state health
	server := &http.Server{
		Handler:           logged(log, state.closingWhenDraining(routes(greeting, &state))),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("serving", "address", listener.Addr().String())

	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	restoreSignals()
	state.drain()
	log.Info("draining", "delay", contract.DrainDelay.String(), "timeout", contract.ShutdownTimeout.String())
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s while draining: %w", listener.Addr(), err)
	case <-time.After(contract.DrainDelay):
	}
	// The deadline begins now: one made before the drain would have been used up by it.
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), contract.ShutdownTimeout)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		return errors.Join(
			fmt.Errorf("waiting %s for requests in flight: %w", contract.ShutdownTimeout, err), server.Close())
	}
	return nil
}
