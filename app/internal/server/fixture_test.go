package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// logs is an output of a log that can be read while it is written to.
type logs struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (l *logs) Write(lines []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.Write(lines)
}

// text is what has been written.
func (l *logs) text() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.String()
}

// lines decodes what has been written, one object a line.
func (l *logs) lines(t *testing.T) []map[string]any {
	t.Helper()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var lines []map[string]any
	for text := range strings.Lines(l.buffer.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("log line %q: %v", text, err)
		}
		lines = append(lines, line)
	}
	return lines
}

// fixture is a backend that does not listen yet.
type fixture struct {
	*backend
	telemetry telemetry
	logs      *logs
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	written := &logs{}
	return newFixtureOn(t, written, written)
}

// newFixtureOn logs to an output, such as one that nobody reads.
func newFixtureOn(t *testing.T, output io.Writer, written *logs) *fixture {
	t.Helper()
	settings := config{greeting: "good morning", drainDelay: 5 * time.Second, idleTimeout: defaultIdleTimeout}
	build := buildInfo{Version: "v1.2.3", Commit: "abc", GoVersion: "go1.26"}
	telemetry := newTelemetry(newLogWriter(output), slog.LevelInfo, build)
	return &fixture{newBackend(settings, build, "host", telemetry), telemetry, written}
}

// ask has the backend answer a request without a connection.
func (f *fixture) ask(method, path string, header http.Header) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "/", nil)
	request.URL.Path = path
	maps.Copy(request.Header, header)
	response := httptest.NewRecorder()
	f.public.Handler.ServeHTTP(response, request)
	return response
}

// requests are the lines of the access log so far.
func (f *fixture) requests(t *testing.T) []map[string]any {
	t.Helper()
	f.telemetry.output.flush(time.Minute)
	if err := f.telemetry.output.outcome(); err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	for _, line := range f.logs.lines(t) {
		if line["msg"] == "request" {
			lines = append(lines, line)
		}
	}
	return lines
}

// handle makes the backend answer everything with a handler, below all that it does for every request.
func (f *fixture) handle(handler http.HandlerFunc) {
	f.public.Handler = f.telemetry.observing(f.state, handler)
}

// running is a backend that serves in memory, so that its time can be that of a synctest bubble.
type running struct {
	public, admin *memoryListener
	stop          context.CancelCauseFunc // as a first signal does
	again         chan struct{}           // takes a further one, where somebody listens for it
	done          chan error              // what serve returned
	notified      atomic.Int64            // how often further signals were asked for, less those that were given up
}

func (f *fixture) start(ctx context.Context) *running {
	ctx, stop := context.WithCancelCause(ctx)
	r := &running{
		public: newMemoryListener("public"), admin: newMemoryListener("admin"), stop: stop,
		again: make(chan struct{}), done: make(chan error, 1),
	}
	notify := func(ctx context.Context) (context.Context, context.CancelFunc) {
		r.notified.Add(1)
		ctx, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-r.again:
				cancel()
			case <-ctx.Done():
			}
		}()
		return ctx, func() {
			r.notified.Add(-1)
			cancel()
		}
	}
	go func() { r.done <- f.serve(ctx, r.public, r.admin, notify) }()
	return r
}

// signal ends the backend as the first signal does, and sends a further one only to who listens, as the kernel does.
func (r *running) signal() {
	r.stop(errors.New("terminated signal received"))
	select {
	case r.again <- struct{}{}:
	default:
	}
}

// memoryListener hands out the other ends of the connections that it dials.
type memoryListener struct {
	name        string
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
}

func newMemoryListener(name string) *memoryListener {
	return &memoryListener{name: name, connections: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.connections:
		return connection, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return &net.UnixAddr{Name: l.name, Net: "unix"} }

func (l *memoryListener) dial() (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.connections <- far:
		return near, nil
	case <-l.closed:
		return nil, errors.New("connection refused")
	}
}

// sink is a response that goes nowhere, with a header of its own as in net/http.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header               { return s.header }
func (s *sink) WriteHeader(int)                   {}
func (s *sink) Write(content []byte) (int, error) { return len(content), nil }

// stopNow ends the backend as two signals do, and waits for what net/http still does for its connections.
func (r *running) stopNow(t *testing.T) {
	t.Helper()
	r.signal()
	time.Sleep(duplicateWindow + time.Millisecond) // the bubble's time
	synctest.Wait()
	r.signal()
	<-r.done
	time.Sleep(2 * time.Second) // HTTP/2 gives clients a second to leave
}
