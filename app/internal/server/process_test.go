package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
	"github.com/ashwanth01/ashapp-backend/app/internal/server"
)

// TestMain makes the test binary the backend itself when a test runs it as a child, so that real signals reach a real
// process.
func TestMain(m *testing.M) {
	if os.Getenv("SERVE_IN_CHILD") != "" {
		os.Exit(server.Run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr, net.Listen))
	}
	os.Exit(m.Run())
}

// child is a backend in a process of its own.
type child struct {
	command *exec.Cmd
	stdout  io.ReadCloser
	logs    *bufio.Scanner
	stderr  bytes.Buffer
	address string
	admin   string
}

// startChild starts a backend on free ports and returns when it serves.
func startChild(t *testing.T, arguments ...string) *child {
	t.Helper()
	return startChildIn(t, `exec "$@"`, arguments...)
}

// startChildIn starts a backend by a shell script, which has its command line as arguments.
func startChildIn(t *testing.T, script string, arguments ...string) *child {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "sh", append([]string{"-c", script, "sh",
		executable, "-address=127.0.0.1:0", "-admin-address=127.0.0.1:0", "-greeting=child"}, arguments...)...)
	command.Env = append(os.Environ(), "SERVE_IN_CHILD=1")
	c := &child{command: command}
	command.Stderr = &c.stderr
	if c.stdout, err = command.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	c.logs = bufio.NewScanner(c.stdout)
	serving := c.await(t, "serving")
	c.address, c.admin = serving.Address, serving.AdminAddress
	return c
}

type logLine struct {
	Msg, Address, Route, Error, Cause string
	AdminAddress                      string `json:"admin_address"`
}

// await reads the child's log up to the line with a message.
func (c *child) await(t *testing.T, message string) logLine {
	t.Helper()
	for c.logs.Scan() {
		var line logLine
		if err := json.Unmarshal(c.logs.Bytes(), &line); err != nil {
			t.Fatalf("log line %q: %v", c.logs.Text(), err)
		}
		if line.Msg == message {
			return line
		}
	}
	t.Fatalf("the log ended without %q: %v", message, c.logs.Err())
	return logLine{}
}

func (c *child) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := c.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) (status int, body string, closing bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Close
}

func TestTerminationDrainsAndExitsCleanly(t *testing.T) {
	t.Parallel()

	backend := startChild(t, "-drain-delay=2s")
	if status, body, closing := get(t, "http://"+backend.address); status != http.StatusOK || body != "child\n" || closing {
		t.Errorf("before SIGTERM: got %d %q, closing %v", status, body, closing)
	}
	backend.signal(t, syscall.SIGTERM)
	backend.await(t, "draining")
	if status, body, closing := get(t, "http://"+backend.address); status != http.StatusOK || body != "child\n" || !closing {
		t.Errorf("while draining: got %d %q, closing %v; want it to serve and to close", status, body, closing)
	}
	if status, _, _ := get(t, "http://"+backend.address+contract.ReadinessPath); status != http.StatusServiceUnavailable {
		t.Errorf("while draining: readiness is %d, want 503", status)
	}
	if status, _, _ := get(t, "http://"+backend.address+contract.LivenessPath); status != http.StatusOK {
		t.Errorf("while draining: liveness is %d, want 200", status)
	}
	if status, _, _ := get(t, "http://"+backend.admin+contract.MetricsPath); status != http.StatusOK {
		t.Errorf("while draining: the metrics are %d, want 200", status)
	}
	// The last request is in the log, before the end.
	if line := backend.await(t, "request"); line.Route != "/" {
		t.Errorf("got %+v", line)
	}
	backend.await(t, "stopped")
	if err := backend.command.Wait(); err != nil {
		t.Errorf("exit code after SIGTERM: %v, want 0", err)
	}
}

// exit waits for the end of the process, within a time, and returns its exit code.
func (c *child) exit(t *testing.T, within time.Duration) int {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.command.Wait() }()
	select {
	case <-ended:
		return c.command.ProcessState.ExitCode() // -1 after a signal
	case <-time.After(within):
		t.Fatalf("the backend has not ended within %s", within)
		return 0
	}
}

func TestSecondSignalExitsWithOne(t *testing.T) {
	t.Parallel()

	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()

			backend := startChild(t)
			start := time.Now()
			backend.signal(t, signal)
			backend.signal(t, signal) // a duplicate, as timeout(1) sends it
			if line := backend.await(t, "draining"); line.Cause != signal.String()+" signal received" {
				t.Errorf("the stop has the cause %q", line.Cause)
			}
			time.Sleep(time.Until(start.Add(1200 * time.Millisecond))) // what is no duplicate any more
			backend.signal(t, signal)
			if line := backend.await(t, "stopped"); line.Error != "a second signal ended the stop before its time" {
				t.Errorf("got %+v, want it to say why it stopped early", line)
			}
			if code := backend.exit(t, 2*time.Second); code != 1 {
				t.Errorf("got exit code %d, want 1", code)
			}
		})
	}
}

func TestBadUsageIsToldWithoutTheHelp(t *testing.T) {
	t.Parallel()

	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), executable, "-colour")
	command.Env = append(os.Environ(), "SERVE_IN_CHILD=1")
	printed, _ := command.CombinedOutput()
	if want := "flag provided but not defined: -colour\n"; string(printed) != want || command.ProcessState.ExitCode() != 2 {
		t.Errorf("got %q and exit code %d, want %q and 2", printed, command.ProcessState.ExitCode(), want)
	}
}

func TestHangUpDrains(t *testing.T) {
	t.Parallel()

	backend := startChild(t, "-drain-delay=100ms")
	backend.signal(t, syscall.SIGHUP)
	backend.await(t, "draining")
	backend.await(t, "stopped")
	if code := backend.exit(t, 10*time.Second); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
}

func TestBackendUnderNohupOutlivesItsTerminal(t *testing.T) {
	t.Parallel()

	backend := startChildIn(t, `trap '' HUP; exec "$@"`, "-drain-delay=0s")
	backend.signal(t, syscall.SIGHUP)
	if status, _, closing := get(t, "http://"+backend.address); status != http.StatusOK || closing {
		t.Errorf("after SIGHUP: got %d, closing %v", status, closing)
	}
	backend.signal(t, syscall.SIGTERM)
	backend.await(t, "stopped")
	if code := backend.exit(t, 10*time.Second); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
}
