package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
		"does not greet":            {path: "/", status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			admin := newAdminServer(newMetrics(buildInfo{}).registry, test.profiling, slog.DiscardHandler)
			response := httptest.NewRecorder()
			admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, test.path, nil))
			if response.Code != test.status {
				t.Errorf("got %d, want %d", response.Code, test.status)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.public.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	response := httptest.NewRecorder()
	backend.admin.Handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, contract.MetricsPath, nil))
	for _, line := range []string{
		`http_requests_total{code="200",method="GET",route="GET /{$}"} 1`,
		`http_request_duration_seconds_count{method="GET",route="GET /{$}"} 1`,
		`http_requests_in_flight 0`,
		`build_info{commit="abc",go_version="go1.26",version="v1.2.3"} 1`,
		"go_goroutines ",
		"process_resident_memory_bytes ",
	} {
		if !strings.Contains(response.Body.String(), "\n"+line) {
			t.Errorf("the metrics lack %q", line)
		}
	}
}
