package docker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// A healthWatch tells when the state of a container may have changed.
type healthWatch struct {
	messages <-chan events.Message
	failures <-chan error
}

// watchHealth subscribes before the container starts, so that no event is missed. The caller ends the subscription with
// stop.
func watchHealth(ctx context.Context, engine Engine, id string) (watch healthWatch, stop context.CancelFunc) {
	ctx, stop = context.WithCancel(ctx)
	watch.messages, watch.failures = engine.Events(ctx, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("container", id),
		filters.Arg("event", string(events.ActionHealthStatus)),
		filters.Arg("event", string(events.ActionDie)),
	)})
	return watch, stop
}

// next returns after the next event, or when the context ends.
func (w healthWatch) next(ctx context.Context) error {
	select {
	case _, open := <-w.messages:
		if !open {
			return errors.New("the engine ended the stream of events")
		}
		return nil
	case err := <-w.failures:
		return fmt.Errorf("reading the engine's events: %w", err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A verdict on a started container.
type verdict int

const (
	pending verdict = iota
	ready
	failed
)

// judge decides whether a container has become what its inputs ask for, and describes its state.
func judge(state *container.State, wait bool) (verdict, string) {
	switch {
	case !state.Running:
		return failed, fmt.Sprintf("it exited with code %d%s", state.ExitCode, suffix(state.Error))
	case !wait:
		return ready, "running"
	case state.Health == nil || state.Health.Status == container.NoHealthcheck:
		return failed, "wait is set but there is no health check: add healthcheck, or leave wait out"
	case state.Health.Status == container.Healthy:
		return ready, "healthy"
	}
	// Unhealthy may pass: the official plugin waits until the timeout too.
	last := ""
	if log := state.Health.Log; len(log) > 0 {
		last = strings.TrimSpace(log[len(log)-1].Output)
	}
	return pending, "its health is \"" + state.Health.Status + "\"" + suffix(last)
}

// suffix appends a detail to a sentence if there is one.
func suffix(detail string) string {
	if detail == "" {
		return ""
	}
	return ": " + detail
}

// await returns when a started container is ready, has failed or has used up its time. The
// container stays as it is, so that its logs can be read.
func await(ctx context.Context, s session, id string, inputs containerInputs, watch healthWatch) error {
	limit := time.Duration(inputs.WaitTimeout) * time.Second
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	last, waited := "it was not inspected yet", false
	for {
		found, err := s.engine.ContainerInspect(waiting, id)
		if err == nil {
			var verdict verdict
			switch verdict, last = judge(found.State, inputs.Wait); verdict {
			case ready:
				if waited {
					s.info(ctx, "The container is "+last)
				}
				return nil
			case failed:
				return fmt.Errorf("container %s did not start: %s: see \"docker logs %[1]s\"", inputs.Name, last)
			case pending:
				s.info(ctx, "Waiting for the container: "+last)
				waited = true
				err = watch.next(waiting)
			}
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("waiting for container %s was cancelled; %s", inputs.Name, last)
		case waiting.Err() != nil:
			return fmt.Errorf("container %s is not healthy after %s (waitTimeout); %s: see \"docker logs %[1]s\"",
				inputs.Name, limit, last)
		case err != nil:
			return fmt.Errorf("waiting for container %s: %w; %s", inputs.Name, err, last)
		}
	}
}
