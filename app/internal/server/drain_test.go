package server

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"os"
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
				backend.signals <- os.Interrupt
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
		backend.signals <- os.Interrupt
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
		backend.signals <- os.Interrupt
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

func TestSecondSignalEndsTheStopAtOnce(t *testing.T) {
	t.Parallel()

	for name, wait := range map[string]time.Duration{
		"in the drain":    time.Second,
		"in the shutdown": contract.DrainDelay + time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				fixture := newFixture(t)
				released := make(chan struct{})
				fixture.handle(func(http.ResponseWriter, *http.Request) { <-released })
				backend := fixture.start(t.Context())
				hanging := backend.connect(t)
				go func() { _, _ = hanging.get("/") }()
				backend.signals <- os.Interrupt
				time.Sleep(wait)
				start := time.Now()
				backend.signals <- os.Interrupt
				if err := <-backend.done; err == nil {
					t.Error("a stop that was cut short has no error")
				}
				if took := time.Since(start); took != 0 {
					t.Errorf("the second signal took %s", took)
				}
				close(released)
				time.Sleep(time.Second)
			})
		})
	}
}

// The last requests are told of before the telemetry ends, and the metrics can be scraped until then.
func TestTelemetryOutlivesTheRequests(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		var backend *running
		var flushed bool
		fixture.flush = func(ctx context.Context) error {
			flushed = true
			if _, err := backend.public.dial(); err == nil {
				t.Error("the telemetry is flushed while requests still come in")
			}
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) != contract.FlushTimeout {
				t.Errorf("the flush has until %v", deadline)
			}
			connection, err := backend.admin.dial()
			if err != nil {
				t.Errorf("the admin listener has stopped before the flush: %v", err)
				return nil
			}
			scrape := &conversation{connection, bufio.NewReader(connection)}
			if got, err := scrape.get(contract.MetricsPath); err != nil || got.status != http.StatusOK {
				t.Errorf("the last scrape gives %+v, %v", got, err)
			}
			return nil
		}
		backend = fixture.start(t.Context())
		backend.signals <- os.Interrupt
		if err := <-backend.done; err != nil || !flushed {
			t.Errorf("got %v, flushed %v", err, flushed)
		}
		if _, err := backend.admin.dial(); err == nil {
			t.Error("the admin listener is still open after the stop")
		}
		time.Sleep(time.Second)
	})
}

func TestEndOfTheContextBeginsTheStop(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		ctx, cancel := context.WithCancel(t.Context())
		backend := fixture.start(ctx)
		client := backend.connect(t)
		start := time.Now()
		cancel()
		synctest.Wait()
		client.expect(t, contract.ReadinessPath, http.StatusServiceUnavailable, true)
		if err := <-backend.done; err != nil || time.Since(start) < fixture.drainDelay {
			t.Errorf("got %v after %s, want the whole drain", err, time.Since(start))
		}
		time.Sleep(time.Second)
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
			if err := <-backend.done; err == nil || !strings.Contains(err.Error(), "serving on") {
				t.Errorf("got %v", err)
			}
		})
	}
}
