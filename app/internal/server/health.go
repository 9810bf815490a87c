package server

import (
	"net/http"
	"sync/atomic"
)

// health is what the probes tell. The zero value is a backend that is ready.
type health struct{ draining atomic.Bool }

// drain turns readiness off for good. Liveness stays.
func (h *health) drain() { h.draining.Store(true) }

func (h *health) live(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") }

func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	if h.draining.Load() {
		writeText(w, http.StatusServiceUnavailable, "draining")
		return
	}
	writeText(w, http.StatusOK, "ok")
}

// closingWhenDraining asks clients, response by response, to come back on another connection once the drain has begun.
// Switching keep-alives off instead would cut idle connections under the feet of a client that is about to use one.
func (h *health) closingWhenDraining(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
