package server_test

import (
	"bufio"
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
	logs    *bufio.Scanner
	address string
	admin   string
}

// startChild starts a backend on free ports and returns when it serves.
func startChild(t *testing.T, arguments ...string) *child {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), executable,
		append([]string{"-address=127.0.0.1:0", "-admin-address=127.0.0.1:0", "-greeting=child"}, arguments...)...)
	command.Env = append(os.Environ(), "SERVE_IN_CHILD=1")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{command: command, logs: bufio.NewScanner(stdout)}
	serving := c.await(t, "serving")
	c.address, c.admin = serving.Address, serving.AdminAddress
	return c
}

type logLine struct {
	Msg, Address, Route, Error string
	AdminAddress               string `json:"admin_address"`
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
	if line := backend.await(t, "request"); line.Route != "GET /{$}" {
		t.Errorf("got %+v", line)
	}
	backend.await(t, "stopped")
	if err := backend.command.Wait(); err != nil {
		t.Errorf("exit code after SIGTERM: %v, want 0", err)
	}
}

func TestSecondSignalExitsWithOne(t *testing.T) {
	t.Parallel()

	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()

			backend := startChild(t)
			backend.signal(t, signal)
			backend.await(t, "draining")
			backend.signal(t, signal)
			if line := backend.await(t, "stopped"); line.Error == "" {
				t.Errorf("got %+v, want it to say why it stopped early", line)
			}
			var exit *exec.ExitError
			if err := backend.command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("got %v, want exit code 1", err)
			}
		})
	}
}
