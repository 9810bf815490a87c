package server

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// greet answers with the greeting: as text, or as JSON where the client prefers that. Both bodies are made once, since
// nothing in them changes while the process runs.
func greet(greeting, version, hostname string) (http.Handler, error) {
	asJSON, err := json.Marshal(struct {
		Message  string `json:"message"`
		Version  string `json:"version"`
		Hostname string `json:"hostname"`
	}{greeting, version, hostname})
	if err != nil {
		return nil, fmt.Errorf("encoding the greeting: %w", err)
	}
	text := newBody("text/plain; charset=utf-8", []byte(greeting+"\n"))
	document := newBody("application/json", append(asJSON, '\n'))
	vary := []string{"Accept"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Vary"] = vary
		if accept := r.Header["Accept"]; len(accept) > 0 && prefersJSON(accept) {
			document.write(w)
			return
		}
		text.write(w)
	}), nil
}

// body is a response that is always the same. The values of its header are shared by all responses: net/http only reads
// them.
type body struct {
	contentType []string
	content     []byte
}

func newBody(contentType string, content []byte) body {
	return body{[]string{contentType}, content}
}

func (b body) write(w http.ResponseWriter) {
	w.Header()["Content-Type"] = b.contentType
	_, _ = w.Write(b.content) // fails only when the client has gone
}
