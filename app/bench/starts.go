package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

const (
	// starts is how often the backend is started for measuring that.
	starts = 20

	// retryInterval is the time between two attempts to connect. The measured time can be that much too long.
	retryInterval = 100 * time.Microsecond
)

// measureStarts returns the times from just before the exec to the first greeting, in milliseconds. The binary is in the
// page cache.
func measureStarts(ctx context.Context, binary string, progress io.Writer) ([]float64, error) {
	_, _ = fmt.Fprintf(progress, "starting the backend %d times\n", starts)
	var times []float64
	for i := range starts {
		took, err := measureStart(ctx, binary)
		if err != nil {
			return nil, fmt.Errorf("start %d: %w", i+1, err)
		}
		times = append(times, took.Seconds()*1000)
	}
	return times, nil
}

func measureStart(ctx context.Context, binary string) (time.Duration, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, err
	}
	s, err := backendServer(ctx, binary, address, nil)
	if err != nil {
		return 0, err
	}
	defer s.kill()
	if err := s.waitUntilServing(ctx, retryInterval); err != nil {
		return 0, err
	}
	return time.Since(s.started), nil
}
