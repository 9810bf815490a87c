package server

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// greeting answers with the text of the settings: as text, or as JSON where the client prefers that. Both bodies are made
// once, since nothing in them changes while the process runs.
type greeting struct{ text, document body }

func newGreeting(text, version, hostname string) (*greeting, error) {
	document, err := json.Marshal(struct {
		Message  string `json:"message"`
		Version  string `json:"version"`
		Hostname string `json:"hostname"`
	}{text, version, hostname})
	if err != nil {
		return nil, fmt.Errorf("encoding the greeting: %w", err)
	}
	return &greeting{newBody("text/plain; charset=utf-8", []byte(text+"\n")), newBody("application/json", append(document, '\n'))}, nil
}

var varyAccept = []string{"Accept"}

func (g *greeting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header()["Vary"] = varyAccept
	if accept := r.Header["Accept"]; len(accept) > 0 && prefersJSON(accept) {
		g.document.write(w)
		return
	}
	g.text.write(w)
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
