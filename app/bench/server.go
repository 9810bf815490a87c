package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Bounds of waiting for a server.
const (
	startTimeout = 10 * time.Second // from its start to its first answer
	stopTimeout  = 20 * time.Second // from SIGTERM to its exit; the backend's own bound, without the drain, is 13 s
	killGrace    = 2 * time.Second  // from SIGTERM to SIGKILL where nothing depends on a clean exit
)

// server is a process that serves on address, host:port.
type server struct {
	name, address string
	cmd           *exec.Cmd
	started       time.Time     // just before the exec
	exited        chan struct{} // closed when the process is gone and all of its output has been taken
	err           error         // how it exited; set before exited is closed
}

// serverEnvironment is what every server gets, as in a container: variables of the user's, such as GOGC, GREETING or
// FLASK_DEBUG, would change what is measured.
func serverEnvironment() []string { return []string{"PATH=/usr/bin:/bin"} }

// startServer starts a process that is asked to end when ctx is done. An output that is nil is /dev/null.
func startServer(ctx context.Context, name, address string, stdout, stderr io.Writer, argv ...string) (*server, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Stdout, cmd.Stderr = serverEnvironment(), stdout, stderr
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout
	s := &server{name: name, address: address, cmd: cmd, exited: make(chan struct{}), started: time.Now()}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		s.err = cmd.Wait()
		close(s.exited)
	}()
	return s, nil
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// waitUntilServing returns once the server has greeted. It tries again after each interval.
func (s *server) waitUntilServing(ctx context.Context, interval time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		body, err := get(ctx, s.address)
		if err == nil && body != greeting {
			return fmt.Errorf("%s greets with %q and not with %q: what answers differently cannot be compared", s.name, body, greeting)
		}
		if err == nil {
			return nil
		}
		if ended := s.endedUnasked(); ended != nil {
			return ended
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s did not greet within %s: %w; run it by hand to see why: %s", s.name, startTimeout, err, s.cmd)
		}
		pause(interval)
	}
}

// endedUnasked is the error of a server that has exited although it should serve, and nil for one that is running.
func (s *server) endedUnasked() error {
	select {
	case <-s.exited:
		return fmt.Errorf("%s ended unasked (%v); run it by hand to see why: %s", s.name, s.cmd.ProcessState, s.cmd)
	default:
		return nil
	}
}

// terminate ends the server by SIGTERM and waits for the end.
func (s *server) terminate(ctx context.Context) error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stopping %s: %w", s.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	select {
	case <-s.exited:
	case <-ctx.Done():
		return fmt.Errorf("%s did not stop within %s of SIGTERM: %w", s.name, stopTimeout, ctx.Err())
	}
	if s.err != nil {
		return fmt.Errorf("%s did not stop cleanly: %w; its stderr is above", s.name, s.err)
	}
	return nil
}

// kill ends the server, unless that has happened already, and waits for the end. SIGTERM comes first, because gunicorn
// then waits for its workers: those of one that was killed are left to whatever process adopts orphans here.
func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // fails only if it has exited
	select {
	case <-s.exited:
	case <-time.After(killGrace):
		_ = signalGroup(s.cmd.Process, syscall.SIGKILL) // as above
		<-s.exited
	}
}

// freeAddress is a host:port on which nothing listens at the moment.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	if err := listener.Close(); err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	return listener.Addr().String(), nil
}

// backendServer starts the backend on address, and its admin listener on any port. The drain delay is for proxies that
// must learn of the end, of which there are none here.
func backendServer(ctx context.Context, binary, address string, stdout io.Writer) (*server, error) {
	return startServer(ctx, "the backend", address, stdout, os.Stderr,
		binary, "-address", address, "-admin-address", "127.0.0.1:0", "-drain-delay", "0s")
}
