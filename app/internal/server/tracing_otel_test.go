//go:build otel

package server

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// spans collects what the exporter sends, as an OpenTelemetry collector does.
type spans struct {
	mutex sync.Mutex
	names []string
	ids   []string // of the traces
}

func (s *spans) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	var request collector.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(content, &request) != nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, resource := range request.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				s.names = append(s.names, span.Name)
				s.ids = append(s.ids, hex.EncodeToString(span.TraceId))
			}
		}
	}
}

// Not parallel: the exporter reads its settings from the process's environment.
func TestRequestsAreTraced(t *testing.T) {
	received := &spans{}
	endpoint := httptest.NewServer(received)
	defer endpoint.Close()
	t.Setenv(tracesVariable, endpoint.URL)

	backend := newFixture(t)
	tracing, err := newTracing(t.Context(), func(string) string { return endpoint.URL }, buildInfo{Version: "v1"}, backend.log)
	if err != nil {
		t.Fatal(err)
	}
	handler := tracing.wrap(backend.public.Handler)
	const trace = "0af7651916cd43dd8448eb211c80319c"
	continued := httptest.NewRequest(http.MethodGet, "/", nil)
	continued.Header.Set("traceparent", "00-"+trace+"-b7ad6b7169203331-01")
	for _, request := range []*http.Request{
		continued,
		httptest.NewRequest(http.MethodPost, "/", nil),
		httptest.NewRequest(http.MethodGet, "/nowhere/at/all", nil),
	} {
		handler.ServeHTTP(httptest.NewRecorder(), request)
	}
	if err := tracing.flush(context.Background()); err != nil {
		t.Fatal(err)
	}

	if want := []string{"GET /{$}", "POST /{$}", "GET unmatched"}; !slices.Equal(received.names, want) {
		t.Errorf("got spans %q, want %q", received.names, want)
	}
	var logged []string
	for _, line := range backend.requests(t) {
		id, _ := line["trace_id"].(string)
		logged = append(logged, id)
	}
	if !slices.Equal(logged, received.ids) || logged[0] != trace {
		t.Errorf("the log has the traces %q, the collector %q", logged, received.ids)
	}
}

func TestTracingIsOffWithoutAnEndpoint(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	tracing, err := newTracing(t.Context(), func(string) string { return "" }, buildInfo{}, backend.log)
	if err != nil {
		t.Fatal(err)
	}
	response := httptest.NewRecorder()
	tracing.wrap(backend.public.Handler).ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/", nil))
	if response.Header().Get(traceparentHeader) != "" {
		t.Errorf("got %v", response.Header())
	}
}
