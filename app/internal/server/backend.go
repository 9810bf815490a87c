package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// backend is the two servers and what their stop needs.
type backend struct {
	public, admin *http.Server
	state         *health
	drainDelay    time.Duration
	flush         func(context.Context) error // sends the telemetry that waits to be sent
	log           *slog.Logger
}

// telemetry is everywhere that the backend tells what it does.
type telemetry struct {
	log     *slog.Logger
	access  *accessLog
	metrics *metrics
	tracing tracing
}

func newBackend(settings config, build buildInfo, hostname string, telemetry telemetry) (*backend, error) {
	greeting, err := greet(settings.greeting, build.Version, hostname)
	if err != nil {
		return nil, err
	}
	version, err := build.handler()
	if err != nil {
		return nil, err
	}
	state := &health{}
	handler := telemetry.observing(state, routes(greeting, version, state))
	return &backend{
		public:     newPublicServer(handler, telemetry.log.Handler()),
		admin:      newAdminServer(telemetry.metrics.registry, settings.profiling, telemetry.log.Handler()),
		state:      state,
		drainDelay: settings.drainDelay,
		flush:      telemetry.tracing.flush,
		log:        telemetry.log,
	}, nil
}

// observing puts around the routes what every request goes through, from the inside out: each handler sees how those
// before it have failed.
func (t telemetry) observing(state *health, routes http.Handler) http.Handler {
	handler := recovered(t.log, routes)
	handler = limited(handler)
	handler = (&observer{metrics: t.metrics, log: t.access, state: state}).observed(handler)
	return t.tracing.wrap(handler)
}

// newPublicServer speaks HTTP/1.1 and, to clients that begin with its preface, HTTP/2 without TLS.
func newPublicServer(handler http.Handler, errorLog slog.Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:                      handler,
		Protocols:                    &protocols,
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is no exception from the table of routes
		ErrorLog:                     slog.NewLogLogger(errorLog, slog.LevelWarn),
	}
}

// serve answers on the listeners until ctx is done or a signal arrives, and then stops. A further signal ends the stop
// where it is, with an error.
func (b *backend) serve(ctx context.Context, public, admin net.Listener, signals <-chan os.Signal) error {
	failed := make(chan error, 2)
	go func() { failed <- b.public.Serve(public) }()
	go func() { failed <- b.admin.Serve(admin) }()
	b.log.Info("serving", "address", public.Addr().String(), "admin_address", admin.Addr().String())
	select {
	case err := <-failed:
		err = fmt.Errorf("serving on %s and %s: %w", public.Addr(), admin.Addr(), err)
		return errors.Join(err, b.public.Close(), within(ctx, contract.FlushTimeout, b.flush), b.admin.Close())
	case <-ctx.Done():
	case <-signals:
	}

	// The end of ctx has begun the stop and must not end it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- b.stop(ctx) }()
	select {
	case err := <-stopped:
		return err
	case <-signals:
		return errors.New("a second signal ended the stop before its time")
	}
}

// stop goes through the steps of a graceful stop, each with a bound of its own that begins when the step does: one made
// before the drain would have been used up by it. A step that fails does not keep the next ones from running. The end of
// ctx ends every step.
func (b *backend) stop(ctx context.Context) error {
	b.state.drain()
	b.log.Info("draining", "delay", b.drainDelay.String(), "shutdown_timeout", contract.ShutdownTimeout.String())
	select {
	case <-time.After(b.drainDelay):
	case <-ctx.Done():
	}
	var problems []error
	if err := shutdown(ctx, b.public, contract.ShutdownTimeout); err != nil {
		problems = append(problems, fmt.Errorf("waiting %s for requests in flight: %w", contract.ShutdownTimeout, err))
	}
	if err := within(ctx, contract.FlushTimeout, b.flush); err != nil {
		problems = append(problems, fmt.Errorf("sending the last telemetry within %s: %w", contract.FlushTimeout, err))
	}
	if err := shutdown(ctx, b.admin, contract.AdminTimeout); err != nil {
		problems = append(problems, fmt.Errorf("waiting %s for the last scrape: %w", contract.AdminTimeout, err))
	}
	return errors.Join(problems...)
}

// shutdown lets a server finish the requests that it has, and cuts off those that take longer.
func shutdown(ctx context.Context, server *http.Server, timeout time.Duration) error {
	if err := within(ctx, timeout, server.Shutdown); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

func within(ctx context.Context, timeout time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}
