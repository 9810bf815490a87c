package server

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestAdminListener(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		profiling bool
		path      string
		status    int
	}{
		"has metrics":               {path: contract.MetricsPath, status: 200},
		"has no profiles":           {path: "/debug/pprof/", status: 404},
		"has profiles when told to": {profiling: true, path: "/debug/pprof/", status: 200},
		"has the heap":              {profiling: true, path: "/debug/pprof/heap", status: 200},
		"has the command line":      {profiling: true, path: "/debug/pprof/cmdline", status: 200},
		"has a CPU profile":         {profiling: true, path: "/debug/pprof/profile?seconds=1", status: 200},
		"has symbols":               {profiling: true, path: "/debug/pprof/symbol", status: 200},
		"has a trace":               {profiling: true, path: "/debug/pprof/trace?seconds=0.01", status: 200},
		"does not greet":            {path: "/", status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			admin := newAdminServer(newMetrics(buildInfo{}, func() int64 { return 0 }).registry, test.profiling, slog.DiscardHandler)
			response := httptest.NewRecorder()
			admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, test.path, nil))
			if response.Code != test.status {
				t.Errorf("got %d, want %d", response.Code, test.status)
			}
		})
	}
}

// A profile takes half a minute, a connection that nobody uses two scrapes.
func TestAdminLimits(t *testing.T) {
	t.Parallel()

	admin := newFixture(t).admin
	got := []time.Duration{admin.ReadHeaderTimeout, admin.ReadTimeout, admin.WriteTimeout, admin.IdleTimeout}
	if want := []time.Duration{2 * time.Second, 0, 2 * time.Minute, 90 * time.Second}; !slices.Equal(got, want) || admin.MaxHeaderBytes != 12<<10 {
		t.Errorf("got %v and %d bytes, want %v and 12 KiB", got, admin.MaxHeaderBytes, want)
	}
}

// What net/http and the metrics' handler complain of is in the log like everything else.
func TestServersComplainInTheLog(t *testing.T) {
	t.Parallel()

	for name, server := range map[string]func(*fixture) *http.Server{
		"public": func(f *fixture) *http.Server { return f.public }, "admin": func(f *fixture) *http.Server { return f.admin },
	} {
		backend := newFixture(t)
		server(backend).ErrorLog.Print("complaint")
		backend.requests(t)
		if lines := backend.logs.lines(t); len(lines) != 1 || lines[0]["msg"] != "complaint" || lines[0]["level"] != "WARN" {
			t.Errorf("%s: got %v", name, lines)
		}
	}
}

func TestMetricsThatCannotBeGatheredAreLogged(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.telemetry.metrics.registry.MustRegister(brokenCollector{})
	response := httptest.NewRecorder()
	backend.admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, contract.MetricsPath, nil))
	backend.requests(t)
	lines := backend.logs.lines(t)
	if response.Code != http.StatusInternalServerError || len(lines) != 1 || !strings.Contains(lines[0]["msg"].(string), "cannot be gathered") {
		t.Errorf("got %d and the log %v", response.Code, lines)
	}
	response = httptest.NewRecorder()
	backend.admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, contract.MetricsPath, nil))
	families, _ := backend.telemetry.metrics.registry.Gather()
	if !slices.ContainsFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "promhttp_metric_handler_errors_total" }) {
		t.Error("failures of the metrics are not counted")
	}
}

type brokenCollector struct{}

func (brokenCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- prometheus.NewDesc("broken", "", nil, nil)
}

func (brokenCollector) Collect(collected chan<- prometheus.Metric) {
	collected <- prometheus.NewInvalidMetric(prometheus.NewDesc("broken", "", nil, nil), errors.New("cannot be gathered"))
}

func TestMetrics(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.handle(func(_ http.ResponseWriter, r *http.Request) {
		r.Pattern = "GET /{$}"
		if r.Method == http.MethodGet {
			time.Sleep(3 * time.Millisecond)
		}
	})
	backend.ask(http.MethodGet, "/", nil)
	backend.ask(http.MethodHead, "/", nil)
	backend.telemetry.output.lost.Add(3)
	response := httptest.NewRecorder()
	backend.admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, contract.MetricsPath, nil))
	for _, line := range []string{
		`http_requests_total{code="200",method="GET",route="/"} 1`,
		`http_requests_total{code="200",method="HEAD",route="/"} 1`,
		`http_request_duration_seconds_count{method="GET",route="/"} 1`,
		`http_request_duration_seconds_bucket{method="GET",route="/",le="0.0025"} 0`, // it is seconds
		`http_request_duration_seconds_bucket{method="GET",route="/",le="10"} 1`,
		`http_requests_in_flight 0`,
		`log_lines_lost_total 3`,
		`build_info{commit="abc",go_version="go1.26",modified="false",version="v1.2.3"} 1`,
		"go_goroutines ",
		"process_resident_memory_bytes ",
		"# HELP http_requests_total Requests that were answered. Code 0: the connection was cut before there was a status.",
		"# HELP http_request_duration_seconds Time from the end of a request's header to the end of its handler.",
		"# HELP http_requests_in_flight Requests that are being answered.",
		"# HELP log_lines_lost_total Log lines that were dropped because nobody read the log.",
		"# HELP build_info Always 1; the labels say what the backend was built from.",
	} {
		if !strings.Contains("\n"+response.Body.String(), "\n"+line) {
			t.Errorf("the metrics lack %q", line)
		}
	}
	var buckets []string
	for _, found := range regexp.MustCompile(`_bucket\{method="GET",route="/",le="([^"]*)"`).FindAllStringSubmatch(response.Body.String(), -1) {
		buckets = append(buckets, found[1])
	}
	if got, want := strings.Join(buckets, " "), "0.0001 0.00025 0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf"; got != want {
		t.Errorf("the buckets are %s, want %s", got, want)
	}
}

// Scrapes that overlap would each cost what one costs.
func TestScrapesAreBounded(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	gathering, released := make(chan struct{}), make(chan struct{})
	backend.telemetry.metrics.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "slow"}, func() float64 {
		gathering <- struct{}{}
		<-released
		return 0
	}))
	scrape := func() int {
		response := httptest.NewRecorder()
		backend.admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, contract.MetricsPath, nil))
		return response.Code
	}
	var scrapes sync.WaitGroup
	for range 4 {
		scrapes.Go(func() { scrape() })
		<-gathering
	}
	if got := scrape(); got != http.StatusServiceUnavailable {
		t.Errorf("the fifth scrape at the same time gives %d, want 503", got)
	}
	close(released)
	scrapes.Wait()
}
