package docker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// start starts a container and waits until it is what its inputs ask for. started says that it did run; it then stays as it
// is, so that its logs can be read.
func (c containers) start(ctx context.Context, id string) (started bool, err error) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	// From before the start, so that no event is missed.
	changes, failures := c.engine.Events(listening, events.ListOptions{Filters: filters.NewArgs(filters.Arg("container", id),
		filters.Arg("event", string(events.ActionHealthStatus)), filters.Arg("event", string(events.ActionDie)))})
	if err := c.engine.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return false, fmt.Errorf("starting container %s: %w", c.Name, c.portTaken(ctx, err))
	}
	return true, c.await(ctx, id, func(waiting context.Context) error {
		select {
		case _, open := <-changes:
			if !open {
				return errors.New("the engine ended the stream of events")
			}
			return nil
		case err := <-failures:
			return fmt.Errorf("reading the engine's events: %w", err)
		case <-waiting.Done():
			return waiting.Err()
		}
	})
}

// await returns when a started container is ready, has failed or has used up its time. next returns after the next event.
func (c containers) await(ctx context.Context, id string, next func(context.Context) error) error {
	limit := time.Duration(c.WaitTimeout) * time.Second
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	last := "it was not inspected yet"
	for {
		found, err := c.engine.ContainerInspect(waiting, id)
		if err == nil {
			var ready bool
			ready, last, err = judge(found.State, c.Wait)
			if err != nil {
				return fmt.Errorf("container %s did not start: %w: see \"docker logs %[1]s\"", c.Name, err)
			}
			c.info(ctx, "The container is "+last)
			if ready {
				return nil
			}
			err = next(waiting)
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("waiting for container %s was cancelled; it is %s", c.Name, last)
		case waiting.Err() != nil:
			return fmt.Errorf("container %s is not healthy after %s (waitTimeout); it is %s: see \"docker logs %[1]s\"",
				c.Name, limit, last)
		case err != nil:
			return fmt.Errorf("waiting for container %s: %w; it is %s", c.Name, err, last)
		}
	}
}

// judge decides whether a container has become what its inputs ask for, describes its state, and fails when it will not.
func judge(state *container.State, wait bool) (ready bool, now string, err error) {
	switch {
	case !state.Running:
		return false, "", fmt.Errorf("it exited with code %s", because(strconv.Itoa(state.ExitCode), state.Error))
	case !wait:
		return true, "running", nil
	case state.Health == nil || state.Health.Status == container.NoHealthcheck:
		return false, "", errors.New("wait is set but there is no health check: add healthcheck, or leave wait out")
	}
	// Unhealthy may pass: the official plugin waits until the timeout too.
	now = state.Health.Status
	if log := state.Health.Log; now != container.Healthy && len(log) > 0 {
		now = because(now, strings.TrimSpace(log[len(log)-1].Output))
	}
	return state.Health.Status == container.Healthy, now, nil
}

// because adds the reason for a state, if there is one.
func because(state, reason string) string { return strings.TrimSuffix(state+": "+reason, ": ") }
