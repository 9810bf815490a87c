package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// What every greeting allocates in the backend, above net/http. The limit is what it takes today; more needs a reason.
func BenchmarkGreeting(b *testing.B) {
	const limit = 5
	settings := config{greeting: "Hello from ashapp-backend!"}
	output := newBatchWriter(io.Discard)
	telemetry := telemetry{access: &accessLog{output, settings.logLevel}, metrics: newMetrics(buildInfo{}), tracing: noTracing()}
	telemetry.log = slog.New(newLogHandler(output, settings.logLevel))
	backend, err := newBackend(settings, buildInfo{}, "host", telemetry)
	if err != nil {
		b.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	greet := func() {
		response := &sink{header: http.Header{}}
		backend.public.Handler.ServeHTTP(response, request)
	}
	if allocations := testing.AllocsPerRun(1000, greet); allocations > limit {
		b.Errorf("a greeting takes %v allocations, the limit is %d", allocations, limit)
	}
	b.ReportAllocs()
	for b.Loop() {
		greet()
	}
}
