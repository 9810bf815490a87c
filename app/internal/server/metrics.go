package server

import (
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are rate, errors and duration of the requests, in a registry of their own. No client can add more than a few
// series: everything that it chooses freely, path and method, is folded into few values.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec   // by method, route and code
	durations *prometheus.HistogramVec // seconds, by method and route
	inFlight  atomic.Int64
}

func newMetrics(build buildInfo, linesLost func() int64) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Requests that were answered. Code 0: the connection was cut before there was a status.",
		}, []string{"method", "route", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time from the end of a request's header to the end of its handler.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
	}
	inFlight := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "http_requests_in_flight",
		Help: "Requests that are being answered.",
	}, func() float64 { return float64(m.inFlight.Load()) })
	lost := prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "log_lines_lost_total",
		Help: "Log lines that were dropped because nobody read the log.",
	}, func() float64 { return float64(linesLost()) })
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "build_info",
		Help: "Always 1; the labels say what the backend was built from.",
		ConstLabels: prometheus.Labels{
			"version": build.Version, "commit": build.Commit, "modified": strconv.FormatBool(build.Modified), "go_version": build.GoVersion,
		},
	})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.durations, inFlight, lost, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) requestsOf(k kind) prometheus.Counter {
	return m.requests.WithLabelValues(k.method, k.route, strconv.Itoa(k.status))
}

func (m *metrics) durationsOf(k kind) prometheus.Observer {
	return m.durations.WithLabelValues(k.method, k.route)
}

// knownMethod folds methods that HTTP does not define (RFC 9110, section 9.3, and RFC 5789) into one value.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "other"
}
