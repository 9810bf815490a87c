package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// tally is what the clients of one kind have met.
type tally struct {
	answered, failed atomic.Int64
	first            atomic.Pointer[string] // failure
}

func (c *tally) ask(ctx context.Context, client *http.Client, method, url string, status int) {
	for ctx.Err() == nil {
		var body io.Reader
		if method == http.MethodPost {
			body = bytes.NewReader([]byte("what the route does not take"))
		}
		// Not with ctx: the last request shall come to its end.
		request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), method, url, body)
		if err == nil {
			var response *http.Response
			if response, err = client.Do(request); err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if err == nil && response.StatusCode != status {
					err = fmt.Errorf("%s %s: status %d, want %d", method, url, response.StatusCode, status)
				}
			}
		}
		if err != nil {
			c.fail(err)
			continue
		}
		c.answered.Add(1)
	}
}

// askOnConnections asks on connections of its own, one request after the other: http.Transport sends a GET once more, without a
// word, when its connection ends. Only a response with Connection: close may be the last one.
func (c *tally) askOnConnections(ctx context.Context, address string) {
	for ctx.Err() == nil {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			c.fail(err)
			continue
		}
		reader := bufio.NewReader(connection)
		for closing := false; !closing && ctx.Err() == nil; {
			_, err := io.WriteString(connection, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
			var response *http.Response
			if err == nil {
				response, err = http.ReadResponse(reader, nil) //nolint:bodyclose // the connection is closed
			}
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
			}
			if err != nil || response.StatusCode != http.StatusOK {
				c.fail(fmt.Errorf("on a connection that nobody has said to close: %w, %v", err, response))
				break
			}
			c.answered.Add(1)
			closing = response.Close
		}
		_ = connection.Close()
	}
}

func (c *tally) fail(err error) {
	text := err.Error()
	c.first.CompareAndSwap(nil, &text)
	c.failed.Add(1)
}

// startClients keeps asking, in all the ways that clients have, until ctx is done and wait returns.
func startClients(ctx context.Context, url string) (tallies map[string]*tally, wait func()) {
	const workers = 2 // of each kind, each with its own connections
	var http2 http.Protocols
	http2.SetUnencryptedHTTP2(true)
	tallies = map[string]*tally{}
	var clients sync.WaitGroup
	for name, transport := range map[string]*http.Transport{
		"keep-alive":        {},
		"fresh connections": {DisableKeepAlives: true},
		"h2c":               {Protocols: &http2},
	} {
		for method, status := range map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed} {
			counted := &tally{}
			tallies[method+", "+name] = counted
			for range workers {
				client := &http.Client{Transport: transport.Clone(), Timeout: 30 * time.Second}
				clients.Go(func() { counted.ask(ctx, client, method, url, status) })
			}
		}
	}
	tallies["GET, on connections of its own"] = &tally{}
	for range workers {
		clients.Go(func() {
			tallies["GET, on connections of its own"].askOnConnections(ctx, strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/"))
		})
	}
	return tallies, clients.Wait
}

// TestRolloutsFailNoRequest replaces the backend many times, as a Deployment does, with requests of all kinds running.
func TestRolloutsFailNoRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: takes most of a minute")
	}
	t.Parallel()

	const rollouts = 20
	front := newProxy(t)
	current := startInstance(t)
	go front.probe(t.Context(), current.address)
	front.awaitReady(t, current.address)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	tallies, wait := startClients(ctx, "http://"+front.listener.Addr().String()+"/")

	var logged int64
	for range rollouts {
		next := startInstance(t)
		go front.probe(t.Context(), next.address)
		front.awaitReady(t, next.address)
		logged += current.terminate(t)
		current = next
	}
	stop()
	wait()
	logged += current.terminate(t)

	var answered int64
	for name, counted := range tallies {
		answered += counted.answered.Load()
		if failed := counted.failed.Load(); failed > 0 {
			t.Errorf("%s: %d of %d requests failed, the first with: %s", name, failed, failed+counted.answered.Load(), *counted.first.Load())
		}
		if counted.answered.Load() < rollouts {
			t.Errorf("%s: only %d requests in %d rollouts show nothing", name, counted.answered.Load(), rollouts)
		}
	}
	// A client that retries makes a request more, never less.
	if logged < answered {
		t.Errorf("%d requests were answered and only %d logged", answered, logged)
	}
	t.Logf("%d rollouts, %d requests answered, %d logged", rollouts, answered, logged)
}

// instance is a backend whose log is read all the time: one that nobody reads holds up whoever writes to it.
type instance struct {
	*child
	logged chan int64 // the number of requests for / in the whole log, once it has ended
}

func startInstance(t *testing.T) instance {
	t.Helper()
	// Long for a probe every 20 ms, short for a test.
	i := instance{startChild(t, "-drain-delay=1s"), make(chan int64, 1)}
	go func() {
		var requests int64
		for i.logs.Scan() {
			if bytes.Contains(i.logs.Bytes(), []byte(`"route":"/",`)) {
				requests++
			}
		}
		i.logged <- requests
	}()
	return i
}

// terminate ends the backend as Kubernetes does and returns how many requests it has logged.
func (i instance) terminate(t *testing.T) int64 {
	t.Helper()
	i.signal(t, syscall.SIGTERM)
	requests := <-i.logged
	if err := i.command.Wait(); err != nil {
		t.Errorf("exit after SIGTERM: %v, want 0", err)
	}
	return requests
}
