package server

import (
	"net/http"
	"sync/atomic"
)

// health is what the probes tell. No dependency is looked at: one that is down must not have healthy pods restarted.
type health struct {
	draining   atomic.Bool
	logStalled func() bool
}

// drain turns readiness off for good. Liveness stays.
func (h *health) drain() { h.draining.Store(true) }

// alive answers the liveness probe, and the startup probe too: whoever gets an answer has met a bound listener.
func (h *health) alive(w http.ResponseWriter, _ *http.Request) { writeState(w) }

// ready answers 503 while no new requests are welcome: in the drain, and while nobody could tell what becomes of them.
func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	switch {
	case h.draining.Load():
		writeProblem(w, http.StatusServiceUnavailable, "the backend is draining: send new requests to another instance")
	case h.logStalled():
		writeProblem(w, http.StatusServiceUnavailable, "the log is stalled: have its reader on stdout go on")
	default:
		writeState(w)
	}
}

func writeState(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	writeText(w, "ok")
}
