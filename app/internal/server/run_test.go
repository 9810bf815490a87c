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
	"strings"
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
	url     string
}

// startChild starts a backend on a free port and returns when it serves.
func startChild(t *testing.T) *child {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), executable, "-address=127.0.0.1:0", "-greeting=child")
	command.Env = append(os.Environ(), "SERVE_IN_CHILD=1")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{command: command, logs: bufio.NewScanner(stdout)}
	c.url = "http://" + c.await(t, "serving").Address
	return c
}

type logLine struct{ Msg, Address string }

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

func (c *child) get(t *testing.T, path string) (status int, body string, closing bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+path, nil)
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

	backend := startChild(t)
	if status, body, closing := backend.get(t, "/"); status != http.StatusOK || body != "child\n" || closing {
		t.Errorf("before SIGTERM: got %d %q, closing %v", status, body, closing)
	}
	if err := backend.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	backend.await(t, "draining")
	if status, body, closing := backend.get(t, "/"); status != http.StatusOK || body != "child\n" || !closing {
		t.Errorf("while draining: got %d %q, closing %v; want it to serve and to close", status, body, closing)
	}
	if status, _, _ := backend.get(t, contract.ReadinessPath); status != http.StatusServiceUnavailable {
		t.Errorf("while draining: readiness is %d, want 503", status)
	}
	backend.await(t, "stopped")
	if err := backend.command.Wait(); err != nil {
		t.Errorf("exit code after SIGTERM: %v, want 0", err)
	}
}

func TestSecondSignalKills(t *testing.T) {
	t.Parallel()

	backend := startChild(t)
	if err := backend.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	backend.await(t, "draining")
	if err := backend.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := backend.command.Wait(); err == nil {
		t.Error("the process went through its whole drain, want it to end at once")
	}
	if backend.logs.Scan() {
		t.Errorf("it went on to log %q", backend.logs.Text())
	}
}

func TestRunExitCodes(t *testing.T) {
	t.Parallel()

	refuse := func(string, string) (net.Listener, error) { return nil, syscall.EADDRINUSE }
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"help":          {args: []string{"-h"}, code: 0, says: "-address"},
		"bad usage":     {args: []string{"-address=nowhere"}, code: 2, says: `flag -address: "nowhere"`},
		"port is taken": {args: []string{"-address=127.0.0.1:5000"}, code: 1, says: "binding 127.0.0.1:5000: address already in use"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var output bytes.Buffer
			code := server.Run(t.Context(), test.args, func(string) string { return "" }, &output, &output, refuse)
			if code != test.code || !strings.Contains(output.String(), test.says) {
				t.Errorf("got code %d and %q, want %d and %q", code, output.String(), test.code, test.says)
			}
		})
	}
}
