package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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
	body := func(size int) string {
		return fmt.Sprintf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", size)
	}
	for name, test := range map[string]struct {
		request string
		status  int
	}{
		"a header of 15 KiB":           {padding(15 << 10), 200},
		"a header above 16 KiB":        {padding(16 << 10), 431},
		"a header far above it":        {padding(64 << 10), 431},
		"many headers":                 {"GET / HTTP/1.1\r\nHost: h\r\n" + strings.Repeat("A: b\r\n", 3000) + "\r\n", 431},
		"a path above 16 KiB":          {"GET /" + strings.Repeat("x", 16<<10) + " HTTP/1.1\r\nHost: h\r\n\r\n", 431},
		"a body of 1 MiB to no route":  {body(1<<20) + strings.Repeat("x", 1<<20), 405},
		"a body that is announced big": {body(1<<20 + 1), 413},
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
				go func() { _, _ = io.WriteString(connection, test.request) }() // the server need not read all of it
				response, err := http.ReadResponse(bufio.NewReader(connection), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = response.Body.Close() }()
				if response.StatusCode != test.status {
					t.Errorf("got %s, want %d", response.Status, test.status)
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

func TestBodyOfUnknownLengthIsCut(t *testing.T) {
	t.Parallel()

	backend := newFixture(t)
	read := make(chan error, 1)
	backend.handle(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		read <- err
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = backend.public.Serve(listener) }()
	defer func() { _ = backend.public.Close() }()
	unknown := io.MultiReader(strings.NewReader(strings.Repeat("x", 2<<20))) // hides the length
	if response, err := http.Post("http://"+listener.Addr().String(), "text/plain", unknown); err == nil {
		_ = response.Body.Close()
	}
	var tooLarge *http.MaxBytesError
	if err := <-read; !errors.As(err, &tooLarge) || tooLarge.Limit != maxBodyBytes {
		t.Errorf("reading 2 MiB gives %v, want a *http.MaxBytesError of %d bytes", err, maxBodyBytes)
	}
}

// A client that holds its connection without a request, a header's end or a read of the response is cut off in time.
func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		sends  string
		reads  bool
		within time.Duration
	}{
		"nothing is sent":        {"", false, readHeaderTimeout},
		"half a header is sent":  {"GET / HTTP/1.1\r\nHost: h\r\n", false, readHeaderTimeout},
		"half a body is sent":    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf", true, readTimeout + time.Second},
		"nothing is read":        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", false, writeTimeout},
		"no second request":      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true, idleTimeout},
		"half an HTTP/2 preface": {"PRI * HTTP/2.0\r\n\r\nS", false, readHeaderTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				backend := newFixture(t).start(t.Context())
				connection, err := backend.public.dial()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.WriteString(connection, test.sends); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				if !test.reads {
					time.Sleep(test.within + time.Second) // the bubble's time
				}
				_, err = io.Copy(io.Discard, connection)
				if elapsed := time.Since(start); err != nil || elapsed > test.within+time.Second {
					t.Errorf("the connection ended with %v after %s, want its end within %s", err, elapsed, test.within)
				}
				backend.stopNow(t)
			})
		})
	}
}
