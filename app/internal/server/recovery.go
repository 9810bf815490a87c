package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recovered turns a panic of a handler into a 500 and a log entry with the stack. http.ErrAbortHandler is how a handler
// asks for the connection to be cut, and is passed on.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // what is called here is not bound to the request
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares in the same way
				panic(cause)
			}
			log.ErrorContext(r.Context(), "panic", "cause", fmt.Sprint(cause), "route", route(r),
				"request_id", w.Header().Get(requestIDHeader), "stack", string(debug.Stack()))
			if sent, ok := w.(*response); ok && sent.status != 0 {
				// The status is out, and only a cut connection tells the client that the rest is missing.
				panic(http.ErrAbortHandler)
			}
			writeProblem(w, http.StatusInternalServerError, "the backend failed; its log has more under the request ID")
		}()
		next.ServeHTTP(w, r)
	})
}
