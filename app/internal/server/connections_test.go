package server

import (
	"errors"
	"math"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnectionBound(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		memory int64
		files  uint64
		want   int
	}{
		"by the memory":                 {80 << 20, math.MaxUint64, 1024},
		"by the memory of the pod":      {60397977, 1 << 20, 737},
		"without a limit of the memory": {math.MaxInt64, math.MaxUint64, 16 << 10},
		"by the files":                  {math.MaxInt64, 1024, 976},
		"as many files as needed":       {80 << 20, 1072, 1024},
		"a file too few":                {80 << 20, 1071, 1023},
		"hardly any files":              {64 << 20, 20, 16},
		"hardly any memory":             {1, math.MaxUint64, 16},
	} {
		if got := connectionBound(test.memory, test.files); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
	if got := fileLimit(); got < 64 {
		t.Errorf("the process may open %d files", got)
	}
}

// crowded is a backend that takes a few connections.
func crowded(t *testing.T, most int) (*fixture, *running) {
	t.Helper()
	fixture := newFixture(t)
	fixture.connections = most
	return fixture, fixture.start(t.Context())
}

func TestLongestIdleConnectionMakesRoom(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		_, backend := crowded(t, 3)
		silent, used, usedLater := backend.connect(t), backend.connect(t), backend.connect(t)
		for _, client := range []*conversation{usedLater, used} { // the other way round
			time.Sleep(time.Millisecond)
			client.expect(t, "/", http.StatusOK, false)
		}
		time.Sleep(settleTime)
		// Each new one takes the place of who has waited longest: from its begin, or from its last answer.
		for _, goes := range []*conversation{silent, usedLater, used} {
			if !goes.isOpen() {
				t.Error("a connection was closed before its turn")
			}
			backend.connect(t).expect(t, "/", http.StatusOK, false)
			if goes.isOpen() {
				t.Error("the longest idle connection is still open")
			}
		}
		backend.stopNow(t)
	})
}

// What a handler has written goes out after it has returned.
func TestNewestConnectionsAreSpared(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		_, backend := crowded(t, 1)
		client := backend.connect(t)
		client.expect(t, "/", http.StatusOK, false)
		start := time.Now()
		next := backend.connect(t)
		next.expect(t, "/", http.StatusOK, false)
		if took := time.Since(start); took != 20*time.Millisecond {
			t.Errorf("the next one was let in after %s, want 20 ms", took)
		}
		backend.stopNow(t)
	})
}

func TestConnectionThatIsAnsweredIsKept(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture, backend := crowded(t, 2)
		released := make(chan struct{})
		fixture.handle(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/hangs" {
				<-released
			}
			writeText(w, "ok")
		})
		busy := []*conversation{backend.connect(t), backend.connect(t)}
		answers := make(chan error, len(busy))
		for _, client := range busy {
			go func() {
				_, err := client.get("/hangs")
				answers <- err
			}()
		}
		synctest.Wait()
		next := backend.connect(t) // waits, and is answered when another one is done
		answered := make(chan time.Time, 1)
		start := time.Now()
		go func() {
			if _, err := next.get("/"); err != nil {
				t.Error(err)
			}
			answered <- time.Now()
		}()
		time.Sleep(time.Second)
		close(released)
		for range busy {
			if err := <-answers; err != nil {
				t.Errorf("a request that was being answered ended with %v", err)
			}
		}
		if took := (<-answered).Sub(start); took != time.Second+settleTime {
			t.Errorf("the one that waited was answered after %s", took)
		}
		backend.stopNow(t)
	})
}

func TestClosedConnectionMakesRoom(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		_, backend := crowded(t, 2)
		stays := backend.connect(t)
		stays.expect(t, "/", http.StatusOK, false)
		for range 10 {
			client := backend.connect(t)
			client.expect(t, "/", http.StatusOK, false)
			_ = client.connection.Close()
			synctest.Wait()
		}
		if !stays.isOpen() {
			t.Error("a connection was closed although there was room")
		}
		backend.stopNow(t)
	})
}

// HTTP/2 has several requests on one connection: it waits when all of them are answered.
func TestConnectionIsIdleWhenItsLastRequestIsAnswered(t *testing.T) {
	t.Parallel()

	listener := bounded(newMemoryListener("inner"), 1)
	near, far := net.Pipe()
	defer func() { _ = near.Close() }()
	c := &connection{Conn: far, of: listener}
	listener.open = 1
	for i, step := range []struct{ requests, idle int }{{1, 0}, {1, 0}, {-1, 0}, {-1, 1}, {1, 0}, {-1, 1}} {
		c.count(step.requests, false)
		if got := listener.idle.Len(); got != step.idle {
			t.Errorf("step %d: %d connections are idle, want %d", i, got, step.idle)
		}
	}
	for range 2 { // net/http closes more than once
		_ = c.Close()
	}
	if listener.open != 0 || listener.idle.Len() != 0 {
		t.Errorf("after its end %d are open and %d idle", listener.open, listener.idle.Len())
	}
	if err := c.CloseWrite(); err != nil {
		t.Error(err)
	}
	if err := (&connection{Conn: halfCloser{far}, of: listener}).CloseWrite(); !errors.Is(err, errHalf) {
		t.Errorf("got %v, want what the half that was closed says", err)
	}
}

var errHalf = errors.New("half of it is closed")

type halfCloser struct{ net.Conn }

func (halfCloser) CloseWrite() error { return errHalf }

type failingListener struct{ net.Listener }

func (failingListener) Close() error { return errHalf }

func TestListenerThatCannotBeClosedSaysSo(t *testing.T) {
	t.Parallel()

	if err := bounded(failingListener{}, 1).Close(); !errors.Is(err, errHalf) {
		t.Errorf("got %v", err)
	}
}
