package server

import (
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

const (
	unknownPath = "/{unknown...}" // the pattern of what is no route of its own
	unmatched   = "unmatched"     // and what it is called in the log and in the metrics
	allowed     = "GET, HEAD"
)

// routes is the table of everything that the backend answers. All of it is read with GET or HEAD: other methods get 405
// and other paths 404.
func routes(greeting *greeting, version http.Handler, state *health) http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.Handler{
		"/{$}":                 greeting,
		contract.GreetingsPath: http.HandlerFunc(greetByName),
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

// exactPaths keeps from a ServeMux what it would redirect, //livez to /livez, or refuse in its own words, OPTIONS *. A URL
// without a path, as in GET http://host HTTP/1.1, means / (RFC 9110, 4.2.3).
func exactPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" {
			r.URL.Path = "/"
		}
		if requested := r.URL.Path; requested != path.Clean(requested) || requested[0] != '/' {
			notFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, http.StatusNotFound, "there is nothing at this path")
}

func methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", allowed)
	refuse(w, r, http.StatusMethodNotAllowed, "this path answers "+allowed+" only")
}

// route is the pattern that a request was routed by, without its method. It has few values: everything that no route answers
// is one, and so is every name in a path.
func route(r *http.Request) string {
	pattern := r.Pattern
	if _, path, hasMethod := strings.Cut(pattern, " "); hasMethod {
		pattern = path
	}
	switch pattern {
	case "", unknownPath:
		return unmatched
	case "/{$}":
		return "/"
	}
	return pattern
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text+"\n") // fails only when the client has gone
}
