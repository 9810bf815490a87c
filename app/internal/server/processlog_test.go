package server_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// As in backend | head -1.
func TestEndOfTheLogsReaderDrains(t *testing.T) {
	t.Parallel()

	backend := startChild(t, "-drain-delay=500ms")
	if err := backend.stdout.Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if status, _, _ := get(t, "http://"+backend.address); status != http.StatusOK {
		t.Errorf("got %d", status)
	}
	if code := backend.exit(t, 10*time.Second); code != 1 || time.Since(start) < 500*time.Millisecond {
		t.Errorf("got exit code %d after %s, want 1 after the drain", code, time.Since(start))
	}
	if got := backend.stderr.String(); !strings.Contains(got, "writing the log: ") || !strings.Contains(got, "broken pipe") {
		t.Errorf("stderr has %q", got)
	}
}

// stall has the backend log more than anybody reads.
func (c *child) stall(t *testing.T) {
	t.Helper()
	agent := strings.Repeat("x", 256)
	for range 1000 { // half a megabyte
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+c.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("User-Agent", agent)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

func TestLogThatNobodyReadsHoldsNothing(t *testing.T) {
	t.Parallel()

	for name, second := range map[string]bool{"one signal": false, "two signals": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			backend := startChild(t, "-drain-delay=2s")
			backend.stall(t)
			if status, body, _ := get(t, "http://"+backend.address+contract.ReadinessPath); status != http.StatusServiceUnavailable || !strings.Contains(body, "the log is stalled") {
				t.Errorf("readiness is %d %s", status, body)
			}
			if status, _, _ := get(t, "http://"+backend.address+contract.LivenessPath); status != http.StatusOK {
				t.Errorf("liveness is %d", status)
			}
			_, metrics, _ := get(t, "http://"+backend.admin+contract.MetricsPath)
			if !regexp.MustCompile(`(?m)^log_lines_lost_total [1-9]`).MatchString(metrics) {
				t.Error("the metrics count no lost line")
			}
			backend.signal(t, syscall.SIGTERM)
			within := 2*time.Second + contract.FlushTimeout + time.Second
			if second {
				time.Sleep(1200 * time.Millisecond)
				backend.signal(t, syscall.SIGTERM)
				within = 800 * time.Millisecond
			}
			if code := backend.exit(t, within); code != 1 {
				t.Errorf("got exit code %d, want 1", code)
			}
			if got := backend.stderr.String(); !regexp.MustCompile(`^the log lacks [1-9][0-9]* lines that nobody has read`).MatchString(got) {
				t.Errorf("stderr has %q", got)
			}
		})
	}
}
