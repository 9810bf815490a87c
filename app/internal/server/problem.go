package server

import (
	"encoding/json"
	"net/http"
)

// problem is an error as RFC 9457 describes it. Type is left out, which means about:blank: the status says it all.
type problem struct {
	Title     string `json:"title"`  // the status in words
	Status    int    `json:"status"` // always the status of the response
	Detail    string `json:"detail"` // what went wrong, for a person
	RequestID string `json:"request_id,omitempty"`
}

// writeProblem answers with an error. It is the only place that does, so that status and body cannot differ.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	header := w.Header()
	header.Del("Content-Length") // a handler that has failed may have described another body
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The one possible error is a client that has gone, and then there is nobody to tell.
	_ = json.NewEncoder(w).Encode(problem{http.StatusText(status), status, detail, header.Get(requestIDHeader)})
}
