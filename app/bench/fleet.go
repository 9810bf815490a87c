package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

//go:embed flask/app.py
var flaskApp []byte

// pollInterval is the time between attempts where the time of the start is not measured.
const pollInterval = 10 * time.Millisecond

// fleet is the servers that are compared. All of them run for the whole time: those without load wait in the kernel.
type fleet struct {
	backend, bare, gunicorn, flask *server
	log                            *lineCounter // of the backend's log
	started                        []*server
}

// startFleet returns once every server has greeted. After an error none is running.
func startFleet(ctx context.Context, folder string, built binaries) (*fleet, error) {
	f := &fleet{}
	if err := f.start(ctx, folder, built); err != nil {
		f.kill()
		return nil, err
	}
	return f, nil
}

func (f *fleet) start(ctx context.Context, folder string, built binaries) (err error) {
	if err := f.startBackend(ctx, built.backend); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "app.py"), flaskApp, 0o600); err != nil {
		return fmt.Errorf("writing the Flask app: %w", err)
	}
	if f.bare, err = f.startOther(ctx, "the bare handler", func(address, _ string) []string {
		return []string{built.bare, address}
	}); err != nil {
		return err
	}
	// gunicorn's defaults are synchronous workers and no access log.
	if f.gunicorn, err = f.startOther(ctx, "gunicorn", func(address, _ string) []string {
		return []string{python, "-m", "gunicorn", "-w", "2", "-b", address, "--chdir", folder, "app:app"}
	}); err != nil {
		return err
	}
	f.flask, err = f.startOther(ctx, "Flask's own server", func(_, port string) []string {
		return []string{python, filepath.Join(folder, "app.py"), port}
	})
	return err
}

func (f *fleet) startBackend(ctx context.Context, binary string) error {
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	var output *os.File
	if f.log, output, err = startLineCounter(ctx); err != nil {
		return err
	}
	f.backend, err = backendServer(ctx, binary, address, output)
	if err := errors.Join(err, output.Close()); err != nil {
		return err
	}
	f.started = append(f.started, f.backend)
	return f.backend.waitUntilServing(ctx, pollInterval)
}

// startOther starts a server on a free port. What it prints goes to /dev/null.
func (f *fleet) startOther(ctx context.Context, name string, command func(address, port string) []string) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("finding a free port: %w", err)
	}
	s, err := startServer(ctx, name, address, nil, nil, command(address, port)...)
	if err != nil {
		return nil, err
	}
	f.started = append(f.started, s)
	return s, s.waitUntilServing(ctx, pollInterval)
}

// stopBackend ends the backend as a container's end does, and returns how many lines it has logged for requests.
func (f *fleet) stopBackend(ctx context.Context) (int, error) {
	if err := f.backend.terminate(ctx); err != nil {
		return 0, err
	}
	return f.log.requests()
}

// kill ends every server that is still running.
func (f *fleet) kill() {
	for _, s := range f.started {
		s.kill()
	}
}
