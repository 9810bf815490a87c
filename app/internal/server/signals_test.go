package server

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestSecondSignalEndsTheStopAtOnce(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ wait, ends time.Duration }{
		"in the drain":    {duplicateWindow, duplicateWindow},
		"in the shutdown": {contract.DrainDelay + time.Second, contract.DrainDelay + time.Second},
		// timeout(1) sends each signal twice within milliseconds.
		"but not a duplicate": {duplicateWindow - time.Millisecond, contract.DrainDelay + contract.ShutdownTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				fixture := newFixture(t)
				released := make(chan struct{})
				fixture.handle(func(http.ResponseWriter, *http.Request) { <-released })
				backend := fixture.start(t.Context())
				hanging := backend.connect(t)
				cut := make(chan error, 1)
				go func() {
					_, err := hanging.get("/")
					cut <- err
				}()
				synctest.Wait()
				start := time.Now()
				backend.signal()
				time.Sleep(test.wait)
				synctest.Wait()
				backend.signal()
				err := <-backend.done
				if took := time.Since(start); took != test.ends {
					t.Errorf("the stop took %s, want %s", took, test.ends)
				}
				if hurried := test.wait == test.ends; errors.Is(err, errHurried) != hurried || err == nil {
					t.Errorf("got %v, and a second signal counts is %v", err, hurried)
				}
				if err := <-cut; err == nil {
					t.Error("the request in flight was not cut off")
				}
				close(released)
				time.Sleep(time.Second)
			})
		})
	}
}

// Nobody listens for a further signal before the duplicates are over, nor after the stop.
func TestFurtherSignalsAreAskedForWhileTheStopLasts(t *testing.T) {
	t.Parallel()

	for delay, want := range map[time.Duration]int64{0: 0, contract.DrainDelay: 1} {
		synctest.Test(t, func(t *testing.T) {
			fixture := newFixture(t)
			fixture.drainDelay = delay
			backend := fixture.start(t.Context())
			backend.signal()
			time.Sleep(2 * duplicateWindow)
			synctest.Wait()
			if got := backend.notified.Load(); got != want {
				t.Errorf("with a drain of %s, %d listen for a further signal, want %d", delay, got, want)
			}
			<-backend.done
			synctest.Wait()
			if got := backend.notified.Load(); got != 0 {
				t.Errorf("with a drain of %s, %d listen after the stop", delay, got)
			}
		})
	}
}

func TestStopIsLoggedWithItsCause(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		fixture := newFixture(t)
		backend := fixture.start(t.Context())
		backend.signal()
		if err := <-backend.done; err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		lines := fixture.logs.lines(t)
		want := []map[string]any{
			{"level": "INFO", "msg": "serving", "address": "public", "admin_address": "admin", "max_connections": float64(fixture.connections)},
			{"level": "INFO", "msg": "draining", "cause": "terminated signal received", "delay": "5s", "shutdown_timeout": "10s"},
		}
		for i, line := range lines {
			delete(line, "time")
			if i >= len(want) || !reflect.DeepEqual(line, want[i]) {
				t.Errorf("line %d is %v", i, line)
			}
		}
		if len(lines) != len(want) {
			t.Errorf("got %d lines, want %d", len(lines), len(want))
		}
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
