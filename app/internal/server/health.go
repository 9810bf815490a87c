package server

import (
	"net/http"
	"sync/atomic"
)

// health is what the probes tell. The zero value is a backend that is ready. None of the probes looks at anything else:
// a dependency that is down must not have healthy pods restarted.
type health struct{ draining atomic.Bool }

// drain turns readiness off for good. Liveness stays.
func (h *health) drain() { h.draining.Store(true) }

// alive answers the liveness probe, and the startup probe too: whoever gets an answer has met a bound listener.
func (h *health) alive(w http.ResponseWriter, _ *http.Request) { writeText(w, "ok") }

func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	if h.draining.Load() {
		writeProblem(w, http.StatusServiceUnavailable, "the backend is draining: send new requests to another instance")
		return
	}
	writeText(w, "ok")
}
