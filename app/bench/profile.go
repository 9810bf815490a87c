package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// profileTime is how long the backend is watched under load.
const profileTime = 20 * time.Second

// recordProfile writes a CPU profile of the backend under load to a file. The compiler decides by app/default.pgo, which
// is such a file, what to inline (https://go.dev/doc/pgo).
func recordProfile(ctx context.Context, binary string, chosen settings, progress io.Writer) error {
	admin, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, "the backend", address, nil, os.Stderr,
		binary, "-address", address, "-admin-address", admin, "-pprof", "-drain-delay", "0s")
	if err != nil {
		return err
	}
	defer s.kill()
	if err := s.waitUntilServing(ctx, pollInterval); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(progress, "recording a profile for %s\n", profileTime)
	loaded := make(chan error, 1)
	go func() {
		_, err := runWrk(ctx, s, chosen.connections, profileTime)
		loaded <- err
	}()
	profile, err := getProfile(ctx, admin)
	if err := errors.Join(err, <-loaded); err != nil {
		return err
	}
	if err := os.WriteFile(chosen.profile, profile, 0o644); err != nil { //nolint:gosec // a source file
		return fmt.Errorf("writing the profile: %w", err)
	}
	return nil
}

// getProfile asks for a profile that ends a little before the load does.
func getProfile(ctx context.Context, admin string) ([]byte, error) {
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%.0f", admin, (profileTime - time.Second).Seconds())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for a profile: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for a profile: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // an error of the body comes from reading it
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading a profile: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("asking for a profile: %s, %.200q", response.Status, content)
	}
	return content, nil
}
