package server

import (
	"encoding/json"
	"net/http"
)

// greeting answers with the text of the settings: as text, or as JSON where the client prefers that. Both bodies are made
// once, since nothing in them changes while the process runs.
type greeting struct{ text, document body }

func newGreeting(text, version, hostname string) *greeting {
	document := struct {
		Message  string `json:"message"`
		Version  string `json:"version"`
		Hostname string `json:"hostname"`
	}{text, version, hostname}
	return &greeting{newBody("text/plain; charset=utf-8", []byte(text+"\n")), newDocument(document)}
}

var varyAccept = []string{"Accept"}

func (g *greeting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header()["Vary"] = varyAccept
	if prefersJSON(r.Header["Accept"]) {
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

// newDocument is for structs of texts and truths, which can always be encoded.
func newDocument(value any) body {
	content, _ := json.Marshal(value)
	return newBody("application/json", append(content, '\n'))
}

func (b body) write(w http.ResponseWriter) {
	w.Header()["Content-Type"] = b.contentType
	_, _ = w.Write(b.content) // fails only when the client has gone
}
