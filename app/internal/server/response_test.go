package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestResponseControllerWorksThroughTheWrapper(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	released := make(chan struct{})
	backend.handle(func(w http.ResponseWriter, r *http.Request) {
		controller := http.NewResponseController(w)
		if r.URL.Path == "/hijack" {
			connection, _, err := controller.Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = connection.Write([]byte("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
			_ = connection.Close()
			return
		}
		if err := controller.Flush(); err != nil {
			t.Error(err)
		}
		<-released
	})
	server := httptest.NewServer(backend.public.Handler)
	defer server.Close()

	// The header is here before the handler is done.
	flushed, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	close(released)
	_ = flushed.Body.Close()
	hijacked, err := http.Get(server.URL + "/hijack")
	if err != nil {
		t.Fatal(err)
	}
	_ = hijacked.Body.Close()
	if flushed.StatusCode != http.StatusOK || hijacked.StatusCode != http.StatusTeapot {
		t.Errorf("got %d and %d", flushed.StatusCode, hijacked.StatusCode)
	}
}
