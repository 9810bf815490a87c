package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimitsOfARequest(t *testing.T) {
	t.Parallel()

	padding := func(size int) string {
		return "GET / HTTP/1.1\r\nHost: h\r\nPadding: " + strings.Repeat("x", size) + "\r\n\r\n"
	}
	exactly := func(size int) string { return padding(size - len(padding(0))) }
	body := func(size int) string {
		return fmt.Sprintf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", size)
	}
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"a header of 15 KiB":           {padding(15 << 10), 200},
		"a header of 16 KiB":           {exactly(16 << 10), 200},
		"a header above 16 KiB":        {exactly(17 << 10), 431},
		"a header far above it":        {padding(64 << 10), 431},
		"many headers":                 {"GET / HTTP/1.1\r\nHost: h\r\n" + strings.Repeat("A: b\r\n", 3000) + "\r\n", 431},
		"a path above 16 KiB":          {"GET /" + strings.Repeat("x", 16<<10) + " HTTP/1.1\r\nHost: h\r\n\r\n", 431},
		"a body of 1 MiB to no route":  {body(1<<20) + strings.Repeat("x", 1<<20), 405},
		"a body that is announced big": {body(1<<20 + 1), 413},
		"a body of unknown length":     {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 405},
		"a body behind a continue":     {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n", 405},
		"a big one behind a continue":  {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n", 413},
		"a body to nowhere":            {"PUT /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n", 404},
		"a body that never comes":      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n", 405},
		"no host":                      {"GET / HTTP/1.1\r\n\r\n", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				backend := newFixture(t).start(t.Context())
				connection, err := backend.public.dial()
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				go func() { _, _ = io.WriteString(connection, test.request) }() // the server need not read all of it
				response, err := http.ReadResponse(bufio.NewReader(connection), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = response.Body.Close() }()
				if took := time.Since(start); response.StatusCode != test.status || took != 0 {
					t.Errorf("got %s after %s, want %d at once", response.Status, took, test.status)
				}
				if response.Close != (test.status != http.StatusOK) {
					t.Errorf("%s with Connection: close %v", response.Status, response.Close)
				}
				if response.Header.Get("Content-Type") == "application/problem+json" {
					var body problem
					if err := json.NewDecoder(response.Body).Decode(&body); err != nil || body.Status != test.status {
						t.Errorf("got %+v, %v", body, err)
					}
				}
				_ = connection.Close()
				backend.stopNow(t)
			})
		})
	}
}

// In HTTP/2 other requests share the connection, and it stays.
func TestRefusedBodyKeepsAnHTTP2Connection(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("body"))
	request.ProtoMajor = 2
	response := httptest.NewRecorder()
	backend.public.Handler.ServeHTTP(response, request)
	if got := response.Header().Get("Connection"); got != "" || response.Code != http.StatusMethodNotAllowed {
		t.Errorf("got %d with Connection: %s", response.Code, got)
	}
	if line := backend.requests(t)[0]; line["route"] != "/" {
		t.Errorf("got %v, want the route of the path", line)
	}
}

func TestBodyOfUnknownLengthIsCut(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	backend.handle(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		var tooLarge *http.MaxBytesError
		if !errors.As(err, &tooLarge) || tooLarge.Limit != 1<<20 {
			t.Errorf("reading 2 MiB gives %v, want a *http.MaxBytesError of 1 MiB", err)
		}
		writeProblem(w, http.StatusRequestEntityTooLarge, "the body is too large")
	})
	server := httptest.NewServer(backend.public.Handler)
	defer server.Close()
	unknown := io.MultiReader(strings.NewReader(strings.Repeat("x", 2<<20))) // hides the length
	response, err := http.Post(server.URL, "text/plain", unknown)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge || !response.Close {
		t.Errorf("got %s, closing %v, want 413 and the end of the connection", response.Status, response.Close)
	}
}

// A client that holds its connection without a request, a header's end or a read of the response is cut off in time, and not
// before.
func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		sends string
		reads bool
		after time.Duration
	}{
		"nothing is sent":        {"", true, 2 * time.Second},
		"half a header is sent":  {"GET / HTTP/1.1\r\nHost: h\r\n", true, 2 * time.Second},
		"half a body is sent":    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf", true, 5 * time.Second},
		"nothing is read":        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", false, 10 * time.Second},
		"no second request":      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, 620 * time.Second},
		"half an HTTP/2 preface": {"PRI * HTTP/2.0\r\n\r\nS", true, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				fixture := newFixture(t)
				closed := make(chan time.Time, 1)
				fixture.public.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateClosed {
						closed <- time.Now()
					}
				}
				backend := fixture.start(t.Context())
				connection, err := backend.public.dial()
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				if test.reads {
					go func() { _, _ = io.Copy(io.Discard, connection) }()
				}
				if _, err := io.WriteString(connection, test.sends); err != nil {
					t.Fatal(err)
				}
				if elapsed := (<-closed).Sub(start); elapsed != test.after {
					t.Errorf("the connection ended after %s, want %s", elapsed, test.after)
				}
				_ = connection.Close()
				backend.stopNow(t)
			})
		})
	}
}

// Load balancers use a connection again after a minute, and one of them after ten.
func TestConnectionCanBeUsedAgainAfterLong(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		backend := newFixture(t).start(t.Context())
		client := backend.connect(t)
		for _, idle := range []time.Duration{0, 65 * time.Second, 610 * time.Second} {
			time.Sleep(idle)
			client.expect(t, "/", http.StatusOK, false)
		}
		backend.stopNow(t)
	})
}
