package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/internal/server"
)

func TestRunExitCodes(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		args           []string
		listen         func(string, string) (net.Listener, error)
		code           int
		stdout, stderr string
	}{
		"help":                {args: []string{"-h"}, code: 0, stdout: "-address"},
		"bad usage":           {args: []string{"-address=nowhere"}, code: 2, stderr: `invalid value "nowhere" for flag -address`},
		"port is taken":       {args: []string{"-address=127.0.0.1:5000"}, code: 1, stdout: "binding 127.0.0.1:5000 (flag -address): address already in use"},
		"admin port is taken": {args: []string{"-admin-address=127.0.0.1:1"}, listen: onlyTheFirst(), code: 1, stdout: "binding 127.0.0.1:1 (flag -admin-address): address already in use"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			listen := test.listen
			if listen == nil {
				listen = func(string, string) (net.Listener, error) { return nil, syscall.EADDRINUSE }
			}
			var stdout, stderr bytes.Buffer
			code := server.Run(t.Context(), test.args, func(string) string { return "" }, &stdout, &stderr, listen)
			if code != test.code || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("got code %d, stdout %q and stderr %q", code, &stdout, &stderr)
			}
		})
	}
}

// Not parallel: the runtime has one setting of each kind.
func TestCollectionsAreFewerUnlessSaidOtherwise(t *testing.T) {
	before := debug.SetGCPercent(50)
	defer debug.SetGCPercent(before)
	refused := func(string, string) (net.Listener, error) { return nil, syscall.EADDRINUSE }
	for _, test := range []struct {
		value string
		want  int
	}{{"50", 50}, {"", 200}} {
		getenv := func(name string) string { return map[string]string{"GOGC": test.value}[name] }
		server.Run(t.Context(), nil, getenv, io.Discard, io.Discard, refused)
		if got := debug.SetGCPercent(50); got != test.want {
			t.Errorf("with GOGC=%s the heap grows by %d %%, want %d", test.value, got, test.want)
		}
	}
}

// stuck is an output that is never read, as when stderr leads to where nobody reads stdout.
type stuck struct{}

func (stuck) Write([]byte) (int, error) { select {} }

func TestNothingHoldsTheLastWords(t *testing.T) {
	t.Parallel()

	start := time.Now()
	code := server.Run(t.Context(), []string{"now"}, func(string) string { return "" }, io.Discard, stuck{}, net.Listen)
	if took := time.Since(start); code != 2 || took > 5*time.Second {
		t.Errorf("got code %d after %s", code, took)
	}
}

func TestListenersAreBoundInOrderAndGivenBack(t *testing.T) {
	t.Parallel()

	var asked []string
	public := &countingListener{}
	listen := func(network, address string) (net.Listener, error) {
		if asked = append(asked, network+" "+address); len(asked) > 1 {
			return nil, syscall.EADDRINUSE
		}
		return public, nil
	}
	server.Run(t.Context(), nil, func(string) string { return "" }, io.Discard, io.Discard, listen)
	if want := []string{"tcp 0.0.0.0:5000", "tcp 127.0.0.1:9090"}; !slices.Equal(asked, want) || public.closed != 1 {
		t.Errorf("bound %q, and the first was closed %d times", asked, public.closed)
	}
}

type countingListener struct {
	net.Listener
	closed int
}

func (c *countingListener) Close() error {
	c.closed++
	return nil
}

// onlyTheFirst listens once, on any port.
func onlyTheFirst() func(string, string) (net.Listener, error) {
	var calls atomic.Int32
	return func(network, _ string) (net.Listener, error) {
		if calls.Add(1) > 1 {
			return nil, syscall.EADDRINUSE
		}
		return net.Listen(network, "127.0.0.1:0")
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	args := []string{"-address=127.0.0.1:0", "-admin-address=127.0.0.1:0", "-drain-delay=0s"}
	var bound []string
	listen := func(network, address string) (net.Listener, error) {
		listener, err := net.Listen(network, address)
		bound = append(bound, listener.Addr().String())
		return listener, err
	}
	if code := server.Run(ctx, args, func(string) string { return "" }, &stdout, &stderr, listen); code != 0 || stderr.Len() > 0 {
		t.Errorf("got code %d, stdout %q and stderr %q", code, &stdout, &stderr)
	}
	if want := fmt.Sprintf(`"address":"%s","admin_address":"%s"`, bound[0], bound[1]); !strings.Contains(stdout.String(), want) {
		t.Errorf("got the log\n%swant %s", &stdout, want)
	}
	if lines := strings.Split(strings.TrimSpace(stdout.String()), "\n"); len(lines) != 3 || !strings.Contains(lines[2], `"level":"INFO","msg":"stopped"}`) {
		t.Errorf("got the log\n%s", &stdout)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestRunTellsThatTheLogFailed(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	args := []string{"-address=127.0.0.1:0", "-admin-address=127.0.0.1:0", "-drain-delay=0s"}
	code := server.Run(ctx, args, func(string) string { return "" }, full{}, &stderr, net.Listen)
	if want := "writing the log: no space left on device"; code != 1 || !strings.Contains(stderr.String(), want) {
		t.Errorf("got code %d and %q, want 1 and %q", code, &stderr, want)
	}
}
