package server

import (
	"io"
	"net/http"
	"path"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// Patterns of what is not a route of its own.
const (
	unknownPath = "/{unknown...}"
	allowed     = "GET, HEAD"
)

// routes is the table of everything that the backend answers. All of it is read with GET or HEAD: other methods get 405
// and other paths 404.
func routes(greeting http.Handler, version http.Handler, state *health) http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.Handler{
		"/{$}":                 greeting,
		contract.VersionPath:   version,
		contract.LivenessPath:  http.HandlerFunc(state.alive),
		contract.StartupPath:   http.HandlerFunc(state.alive),
		contract.ReadinessPath: http.HandlerFunc(state.ready),
	} {
		mux.Handle("GET "+pattern, handler)
		mux.HandleFunc(pattern, methodNotAllowed)
	}
	mux.HandleFunc(unknownPath, notFound)
	return exactPaths(mux)
}

// exactPaths keeps from a ServeMux what it would redirect, //livez to /livez, or refuse in its own words, OPTIONS *.
func exactPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requested := r.URL.Path; requested != path.Clean(requested) || requested[0] != '/' {
			notFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, http.StatusNotFound, "there is nothing at this path")
}

func methodNotAllowed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", allowed)
	writeProblem(w, http.StatusMethodNotAllowed, "this path answers "+allowed+" only")
}

// route is the pattern that a request was routed by, in a form with few values: everything that no route answers is one.
func route(r *http.Request) string {
	if r.Pattern == "" || r.Pattern == unknownPath {
		return "unmatched"
	}
	return r.Pattern
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text+"\n") // fails only when the client has gone
}
