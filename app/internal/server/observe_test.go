package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestAccessLog(t *testing.T) {
	t.Parallel()

	const trace = "0af7651916cd43dd8448eb211c80319c"
	for name, test := range map[string]struct {
		method, path string
		header       http.Header
		handler      http.HandlerFunc
		want         map[string]any // nil: no line
	}{
		"a greeting": {path: "/", want: map[string]any{
			"level": "INFO", "route": "/", "protocol": "HTTP/1.1", "method": "GET", "status": 200.0, "bytes": 13.0, "remote": "192.0.2.1:1234",
			"user_agent": nil, "trace_id": nil, "x_forwarded_for": nil, "forwarded": nil, "path": nil}},
		"a request of a proxy": {path: "/", header: http.Header{requestIDHeader: {"abc-1"}, traceparentHeader: {"00-" + trace + "-b7ad6b7169203331-01"}},
			want: map[string]any{"request_id": "abc-1", "trace_id": trace}},
		"a forged request ID":      {path: "/", header: http.Header{requestIDHeader: {"a\",\"status\":500,\"x\":\"\n{"}}, want: map[string]any{"status": 200.0}},
		"a path that is no route":  {path: "/%0a%22forged", want: map[string]any{"level": "WARN", "route": "unmatched", "status": 404.0, "path": "/\n\"forged"}},
		"a method that is none":    {method: "POST", path: "/", want: map[string]any{"level": "WARN", "route": "/", "status": 405.0}},
		"a path to be cleaned":     {path: "/../../etc/passwd", want: map[string]any{"route": "unmatched", "status": 404.0, "path": "/../../etc/passwd"}},
		"a path with two slashes":  {path: "//wp-admin", want: map[string]any{"route": "unmatched", "status": 404.0, "path": "//wp-admin"}},
		"a path beyond a route":    {path: "/livez/", want: map[string]any{"route": "unmatched", "status": 404.0, "path": "/livez/"}},
		"a body that is too large": {method: "POST", path: "/upload", handler: nil, want: map[string]any{"status": 413.0, "route": "unmatched", "path": "/upload"}},
		"an agent":                 {path: "/", header: http.Header{"User-Agent": {"a", "b"}}, want: map[string]any{"user_agent": "a", "path": nil}},
		"HEAD":                     {method: "HEAD", path: "/", want: map[string]any{"route": "/", "method": "HEAD", "bytes": 0.0}},
		"probed by POST":           {method: "POST", path: contract.LivenessPath, want: map[string]any{"level": "WARN", "route": contract.LivenessPath}},
		"an invented method":       {method: "BREW", path: "/", want: map[string]any{"level": "WARN", "method": "other", "status": 405.0}},
		"liveness":                 {path: contract.LivenessPath},
		"readiness":                {path: contract.ReadinessPath},
		"startup":                  {path: contract.StartupPath},
		"a failure": {path: "/", handler: func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, http.StatusBadGateway, "no") },
			want: map[string]any{"level": "ERROR", "status": 502.0}},
		"nothing written": {path: "/", handler: func(http.ResponseWriter, *http.Request) {}, want: map[string]any{"level": "INFO", "status": 200.0, "bytes": 0.0}},
		"early hints": {path: "/", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
		}, want: map[string]any{"status": 202.0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			backend := newFixture(t)
			if test.handler != nil {
				backend.handle(test.handler)
			}
			method := test.method
			if method == "" {
				method = http.MethodGet
			}
			request := httptest.NewRequest(method, "/", nil)
			request.URL.Path = strings.NewReplacer("%0a", "\n", "%22", `"`).Replace(test.path)
			if test.want["status"] == 413.0 {
				request.ContentLength = maxBodyBytes + 1
			}
			for name, values := range test.header {
				request.Header[name] = values
			}
			response := httptest.NewRecorder()
			backend.public.Handler.ServeHTTP(response, request)

			lines := backend.requests(t)
			if test.want == nil {
				if len(lines) != 0 {
					t.Errorf("got %v, want no line at this level", lines)
				}
				return
			}
			if len(lines) != 1 {
				t.Fatalf("got %d lines, want 1: %v", len(lines), lines)
			}
			for key, want := range test.want {
				if lines[0][key] != want {
					t.Errorf("%s is %v, want %v", key, lines[0][key], want)
				}
			}
			if id := response.Header().Get(requestIDHeader); id == "" || lines[0]["request_id"] != id {
				t.Errorf("the response has the ID %q, the log %v", id, lines[0]["request_id"])
			}
			if test.want["status"] == 413.0 && !strings.Contains(response.Body.String(), "the body is larger than 1048576 bytes") {
				t.Errorf("got %s", response.Body)
			}
			// Nothing that a client chooses freely comes back to it.
			if got := response.Header().Get(traceparentHeader); got != "" {
				t.Errorf("the response has the traceparent %q", got)
			}
			if got := response.Header().Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("the response has X-Content-Type-Options %q", got)
			}
		})
	}
}

func TestMetricsAreBounded(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	ask := func(method, path string) {
		backend.public.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	methods := []string{"GET", "POST", "BREW0"}
	for _, method := range methods {
		ask(method, "/one")
	}
	metrics := backend.telemetry.metrics
	requests, durations := testutil.CollectAndCount(metrics.requests), testutil.CollectAndCount(metrics.durations)
	if requests != len(methods) || durations != len(methods) {
		t.Fatalf("%d methods make %d and %d series, want one each", len(methods), requests, durations)
	}
	for i := range 10_000 {
		ask(http.MethodGet, fmt.Sprintf("/path/%d", i))
		ask(http.MethodPost, fmt.Sprintf("//%d/../x", i))
		ask(fmt.Sprintf("BREW%d", i), "/")
	}
	// Invented methods on a path that is one are refused there: a route, a method, a code.
	if got := testutil.CollectAndCount(metrics.requests) - requests; got != 1 {
		t.Errorf("30,000 inventions have added %d series of requests, want 1", got)
	}
	if got := testutil.CollectAndCount(metrics.durations) - durations; got != 1 {
		t.Errorf("30,000 inventions have added %d series of durations, want 1", got)
	}
	if got := testutil.ToFloat64(metrics.requests.WithLabelValues("GET", "unmatched", "404")); got != 10_001 {
		t.Errorf("counted %v requests for unknown paths, want 10,001", got)
	}
}

func TestMethodsOfHTTPAreToldApart(t *testing.T) {
	t.Parallel()

	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"} {
		if got := knownMethod(method); got != method {
			t.Errorf("%s is called %s", method, got)
		}
	}
	if got := knownMethod("get"); got != "other" {
		t.Errorf("an invented method is called %s", got)
	}
}

func TestKindsAreMadeOnce(t *testing.T) {
	t.Parallel()

	told := newFixture(t).telemetry
	observer := &observer{metrics: told.metrics, log: told.access, state: &health{}}
	one, other := kind{"GET", "/", 200}, kind{"GET", "/", 404}
	first := observer.of(one)
	if observer.of(other) == first || observer.of(one) != first {
		t.Error("a kind of request is not what it was before another one")
	}
}

func TestInFlightGauge(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	var during int64
	backend.handle(func(http.ResponseWriter, *http.Request) {
		during = backend.telemetry.metrics.inFlight.Load()
	})
	backend.public.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if after := backend.telemetry.metrics.inFlight.Load(); during != 1 || after != 0 {
		t.Errorf("%v requests in flight during one and %v after it, want 1 and 0", during, after)
	}
}
