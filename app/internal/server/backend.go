package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// backend is the two servers and what their stop needs.
type backend struct {
	public, admin *http.Server
	state         *health
	connections   int // that the public server has at most
	drainDelay    time.Duration
	log           *slog.Logger
}

// telemetry is everywhere that the backend tells what it does.
type telemetry struct {
	output  *logWriter
	log     *slog.Logger
	access  *accessLog
	metrics *metrics
}

func newTelemetry(output *logWriter, level slog.Leveler, build buildInfo) telemetry {
	return telemetry{output, slog.New(newLogHandler(output, level)), &accessLog{output, level}, newMetrics(build, output.lost.Load)}
}

func newBackend(settings config, build buildInfo, hostname string, telemetry telemetry) *backend {
	greeting := newGreeting(settings.greeting, build.Version, hostname)
	state := &health{logStalled: telemetry.output.isStalled}
	handler := telemetry.observing(state, routes(greeting, build.handler(), state))
	return &backend{
		public:      newPublicServer(handler, settings.idleTimeout, telemetry.log.Handler()),
		admin:       newAdminServer(telemetry.metrics.registry, settings.profiling, telemetry.log.Handler()),
		state:       state,
		connections: connectionBound(debug.SetMemoryLimit(-1), fileLimit()),
		drainDelay:  settings.drainDelay,
		log:         telemetry.log,
	}
}

// observing puts around the routes what every request goes through, from the inside out: each handler sees how those
// before it have failed.
func (t telemetry) observing(state *health, routes http.Handler) http.Handler {
	handler := recovered(t.log, routes)
	handler = limited(handler)
	handler = (&observer{metrics: t.metrics, log: t.access, state: state}).observed(handler)
	return occupying(handler)
}

// newPublicServer speaks HTTP/1.1 and, to clients that begin with its preface, HTTP/2 without TLS.
func newPublicServer(handler http.Handler, idleTimeout time.Duration, errorLog slog.Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{
		Handler:   handler,
		Protocols: &protocols,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams, SendPingTimeout: silenceTimeout, PingTimeout: pingTimeout,
		},
		ConnContext:                  withConnection,
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is no exception from the table of routes
		ErrorLog:                     slog.NewLogLogger(errorLog, slog.LevelWarn),
	}
}
