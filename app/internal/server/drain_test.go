package server

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestDrain(t *testing.T) {
	t.Parallel()

	for _, delay := range []time.Duration{time.Second, contract.DrainDelay} {
		t.Run(delay.String(), func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				fixture := newFixture(t)
				fixture.drainDelay = delay
				backend := fixture.start(t.Context())
				used, idle := backend.connect(t), backend.connect(t)
				used.expect(t, contract.ReadinessPath, http.StatusOK, false)
				idle.expect(t, "/", http.StatusOK, false)

				start := time.Now()
				backend.signal()
				synctest.Wait()
				used.expect(t, contract.ReadinessPath, http.StatusServiceUnavailable, true)
				for range 3 { // new connections are served throughout
					backend.connect(t).expect(t, "/", http.StatusOK, true)
					backend.connect(t).expect(t, contract.LivenessPath, http.StatusOK, true)
					time.Sleep((delay - time.Millisecond) / 3)
				}
				idle.expect(t, "/", http.StatusOK, true) // nobody has cut it off
				if err := <-backend.done; err != nil {
					t.Error(err)
				}
				// Shutdown looks at its connections in intervals of up to half a second.
				if took := time.Since(start); took < delay || took > delay+time.Second {
					t.Errorf("the stop took %s with a drain delay of %s", took, delay)
				}
				if _, err := backend.public.dial(); err == nil {
					t.Error("the listener is still open after the stop")
				}
				time.Sleep(time.Second)
			})
		})
	}
}

// The deadline of the shutdown begins after the drain: a request may take nearly all of it.
func TestShutdownWaitsForRequestsInFlight(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		const takes = contract.ShutdownTimeout - time.Second
		fixture.handle(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(takes)
			writeText(w, "at last")
		})
		backend := fixture.start(t.Context())
		start := time.Now()
		backend.signal()
		time.Sleep(fixture.drainDelay - time.Millisecond)
		backend.connect(t).expect(t, "/", http.StatusOK, true)
		if err := <-backend.done; err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < fixture.drainDelay+takes-time.Millisecond {
			t.Errorf("the stop took %s and has not waited", took)
		}
		time.Sleep(time.Second)
	})
}

func TestHangingHandlerCannotHoldTheStop(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		released := make(chan struct{})
		fixture.handle(func(http.ResponseWriter, *http.Request) { <-released })
		backend := fixture.start(t.Context())
		hanging := backend.connect(t)
		go func() { _, _ = hanging.get("/") }()
		synctest.Wait()

		start := time.Now()
		backend.signal()
		err := <-backend.done
		if err == nil || !strings.Contains(err.Error(), "waiting 10s for requests in flight: context deadline exceeded") {
			t.Errorf("got %v, want it to say what it waited for", err)
		}
		if took, want := time.Since(start), fixture.drainDelay+contract.ShutdownTimeout; took != want {
			t.Errorf("the stop took %s, want %s", took, want)
		}
		close(released)
		time.Sleep(time.Second)
	})
}

// The metrics can be scraped until the last request has been answered, and a scrape that hangs cannot hold the stop.
func TestMetricsOutliveTheRequests(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		released := make(chan struct{})
		var backend *running
		fixture.handle(func(http.ResponseWriter, *http.Request) {
			time.Sleep(fixture.drainDelay + time.Second)
			connection, err := backend.admin.dial()
			if err != nil {
				t.Errorf("the admin listener has stopped before the last request: %v", err)
				return
			}
			scrape := &conversation{connection, bufio.NewReader(connection)}
			if got, err := scrape.get(contract.MetricsPath); err != nil || got.status != http.StatusOK {
				t.Errorf("the last scrape gives %+v, %v", got, err)
			}
		})
		fixture.admin.Handler = hangingOn("/hangs", released, fixture.admin.Handler)
		backend = fixture.start(t.Context())
		connection, err := backend.admin.dial()
		if err != nil {
			t.Fatal(err)
		}
		hanging := &conversation{connection, bufio.NewReader(connection)}
		cut := make(chan error, 1)
		go func() {
			_, err := hanging.get("/hangs")
			cut <- err
		}()
		client := backend.connect(t)
		go func() { _, _ = client.get("/") }()
		synctest.Wait()
		start := time.Now()
		backend.signal()
		err = <-backend.done
		if err == nil || !strings.Contains(err.Error(), "waiting 1s for the last scrape: context deadline exceeded") {
			t.Errorf("got %v, want it to tell of the scrape", err)
		}
		if took, least := time.Since(start), fixture.drainDelay+time.Second+contract.AdminTimeout; took < least || took > least+time.Second {
			t.Errorf("the stop took %s, want %s", took, least)
		}
		if _, err := backend.admin.dial(); err == nil {
			t.Error("the admin listener is still open after the stop")
		}
		if err := <-cut; err == nil {
			t.Error("the scrape that hangs was not cut off")
		}
		close(released)
		time.Sleep(time.Second)
	})
}

// A scrape that is on its way is answered after the last request.
func TestStopWaitsForAScrape(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		released := make(chan struct{})
		fixture.admin.Handler = hangingOn("/hangs", released, fixture.admin.Handler)
		backend := fixture.start(t.Context())
		connection, err := backend.admin.dial()
		if err != nil {
			t.Fatal(err)
		}
		scrape := &conversation{connection, bufio.NewReader(connection)}
		answered := make(chan error, 1)
		go func() {
			_, err := scrape.get("/hangs")
			answered <- err
		}()
		synctest.Wait()
		backend.signal()
		time.Sleep(fixture.drainDelay + 500*time.Millisecond)
		close(released)
		if err := <-answered; err != nil {
			t.Errorf("the scrape ended with %v", err)
		}
		if err := <-backend.done; err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
	})
}

func hangingOn(path string, released <-chan struct{}, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			<-released
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestFailingListenerEndsTheBackend(t *testing.T) {
	t.Parallel()

	for name, broken := range map[string]func(*running) net.Listener{
		"public": func(r *running) net.Listener { return r.public },
		"admin":  func(r *running) net.Listener { return r.admin },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			backend := newFixture(t).start(t.Context())
			_ = broken(backend).Close()
			if err := <-backend.done; err == nil || !strings.Contains(err.Error(), "serving on public and admin: use of closed") {
				t.Errorf("got %v", err)
			}
			for _, listener := range []*memoryListener{backend.public, backend.admin} {
				if _, err := listener.dial(); err == nil {
					t.Error("a listener is still open after the other one has failed")
				}
			}
		})
	}
}
