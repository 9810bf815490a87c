package server

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// routes is the table of everything that the backend answers. Other paths are 404 and other methods 405, by ServeMux.
func routes(greeting string, state *health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", greet(greeting))
	mux.HandleFunc("GET "+contract.LivenessPath, state.live)
	mux.HandleFunc("GET "+contract.ReadinessPath, state.ready)
	return mux
}

// greet answers with the greeting: as text, or as JSON where the client prefers that.
func greet(greeting string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept")
		if !prefersJSON(r.Header.Values("Accept")) {
			writeText(w, http.StatusOK, greeting)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		// The one possible error is a client that has gone, and then there is nobody to tell.
		_ = json.NewEncoder(w).Encode(map[string]string{"message": greeting})
	})
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // as above
}
