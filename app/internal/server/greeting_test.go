package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// greeter returns what answers one greeting, with nothing else that allocates.
func greeter() func() {
	backend := newBackend(config{greeting: "hi"}, buildInfo{}, "host", newTelemetry(newLogWriter(io.Discard), slog.LevelInfo, buildInfo{}))
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.Header.Set("User-Agent", "Go")
	return func() {
		response := &sink{header: http.Header{}}
		backend.public.Handler.ServeHTTP(response, request)
	}
}

// What every greeting allocates in the backend, above net/http. The limit is what it takes today; more needs a reason. Not
// parallel: what others allocate would count.
func TestGreetingAllocates(t *testing.T) {
	const limit = 5
	if allocations := testing.AllocsPerRun(1000, greeter()); allocations > limit {
		t.Errorf("a greeting takes %v allocations, the limit is %d", allocations, limit)
	}
}

func BenchmarkGreeting(b *testing.B) {
	greet := greeter()
	b.ReportAllocs()
	for b.Loop() {
		greet()
	}
}
