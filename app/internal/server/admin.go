package server

import (
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// adminWriteTimeout leaves room for a profile, which takes 30 seconds unless asked otherwise.
const adminWriteTimeout = 2 * time.Minute

// adminIdleTimeout is longer than the interval in which metrics are scraped, a minute by Prometheus' default.
const adminIdleTimeout = 90 * time.Second

// maxScrapes bounds how many scrapes gather metrics at the same time.
const maxScrapes = 4

// newAdminServer has what is for operators and not for clients.
func newAdminServer(registry *prometheus.Registry, profiling bool, errorLog slog.Handler) *http.Server {
	mux := http.NewServeMux()
	errors := slog.NewLogLogger(errorLog, slog.LevelWarn)
	mux.Handle("GET "+contract.MetricsPath, promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: errors, Registry: registry, MaxRequestsInFlight: maxScrapes,
	}))
	if profiling {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return &http.Server{
		Handler:           occupying(mux),
		ConnContext:       withConnection,
		ReadHeaderTimeout: readHeaderTimeout,
		WriteTimeout:      adminWriteTimeout, // and no ReadTimeout, which would end the context of a profile's request
		IdleTimeout:       adminIdleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          errors,
	}
}
