package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.handle(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			_, _ = w.Write(bytes.Repeat([]byte("x"), 64<<10)) // more than net/http keeps back, and in chunks
			panic("no \"way\"\nout")
		}
		w.Header().Set("Content-Length", "100") // of a body that never comes
		panic("no \"way\"\nout")
	})
	server := httptest.NewServer(backend.public.Handler)
	defer server.Close()

	early, err := http.Get(server.URL + "/early")
	if err != nil {
		t.Fatal(err)
	}
	told, err := io.ReadAll(early.Body)
	_ = early.Body.Close()
	if err != nil || !strings.Contains(string(told), "the backend failed; its log has more under the request ID") {
		t.Errorf("got %q, %v", told, err)
	}
	if early.StatusCode != http.StatusInternalServerError || early.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %d with %s", early.StatusCode, early.Header.Get("Content-Type"))
	}
	late, err := http.Get(server.URL + "/late")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, late.Body); !errors.Is(err, io.ErrUnexpectedEOF) || late.ContentLength != -1 {
		t.Errorf("a response in chunks that broke off has ended with %v", err)
	}
	_ = late.Body.Close()

	// The process lives, and each panic is in the log once, with its stack.
	requests := backend.requests(t)
	if len(requests) != 2 || requests[0]["status"] != 500.0 || requests[0]["level"] != "ERROR" || requests[1]["status"] != 200.0 {
		t.Errorf("got the requests %v", requests)
	}
	var panics int
	for _, line := range backend.logs.lines(t) {
		if line["msg"] != "panic" {
			continue
		}
		panics++
		stack, _ := line["stack"].(string)
		if line["level"] != "ERROR" || line["cause"] != "no \"way\"\nout" || !strings.Contains(stack, "recovery_test.go") || line["request_id"] != requests[panics-1]["request_id"] || line["route"] != unmatched {
			t.Errorf("got %v", line)
		}
	}
	if panics != 2 {
		t.Errorf("got %d log lines of panics, want 2", panics)
	}
}

type goneClient struct{ http.ResponseWriter }

func (goneClient) Write([]byte) (int, error) { return 3, io.ErrClosedPipe }

func TestHandlerLearnsThatItsClientHasGone(t *testing.T) {
	t.Parallel()

	sent := &response{ResponseWriter: goneClient{httptest.NewRecorder()}, state: &health{}}
	if n, err := sent.Write([]byte("hello")); n != 3 || !errors.Is(err, io.ErrClosedPipe) || sent.bytes != 3 {
		t.Errorf("got %d, %v, and %d bytes are counted", n, err, sent.bytes)
	}
}

func TestAbortIsPassedOnAndLogged(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.handle(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(backend.public.Handler)
	defer server.Close()
	if response, err := http.Get(server.URL); err == nil {
		_ = response.Body.Close()
		t.Errorf("got %d, want a connection that is cut", response.StatusCode)
	}
	// The client may try again on its own, each time in vain.
	requests := backend.requests(t)
	if len(requests) == 0 || requests[0]["status"] != 0.0 || requests[0]["level"] != "WARN" {
		t.Errorf("got %v", requests)
	}
	for _, line := range backend.logs.lines(t) {
		if line["msg"] != "request" {
			t.Errorf("got %v, want nothing but the request", line)
		}
	}
}
