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

// watchHealth subscribes before the container starts, so that no event is
// missed. The caller ends the subscription with stop.
func watchHealth(ctx context.Context, engine containerEngine, id string) (watch healthWatch, stop context.CancelFunc) {
	ctx, stop = context.WithCancel(ctx)
	watch.messages, watch.failures = engine.Events(ctx, events.ListOptions{Filters: filters.NewArgs(
		filters.Arg("container", id),
		filters.Arg("event", string(events.ActionHealthStatus)),
		filters.Arg("event", string(events.ActionDie)),
	)})
	return watch, stop
}

// A verdict on a started container.
type verdict int

const (
	pending verdict = iota
	ready
	failed
)

// judge decides whether a container has become what its inputs ask for, and
// describes its state.
func judge(state *container.State, inputs containerInputs) (verdict, string) {
	switch {
	case !state.Running && inputs.MustRun:
		return failed, fmt.Sprintf("it exited with code %d%s", state.ExitCode, suffix(state.Error))
	case !inputs.Wait || !state.Running:
		return ready, "running"
	case state.Health == nil || state.Health.Status == container.NoHealthcheck:
		return failed, "wait is set but there is no health check: add healthcheck, or leave wait out"
	case state.Health.Status == container.Healthy:
		return ready, "healthy"
	default:
		// Unhealthy may pass: the official plugin waits until the timeout too.
		return pending, "its health is \"" + state.Health.Status + "\"" + suffix(lastProbe(state.Health))
	}
}

// suffix appends a detail to a sentence if there is one.
func suffix(detail string) string {
	if detail == "" {
		return ""
	}
	return ": " + detail
}

// lastProbe is what the latest health check printed.
func lastProbe(health *container.Health) string {
	if len(health.Log) == 0 {
		return ""
	}
	return strings.TrimSpace(health.Log[len(health.Log)-1].Output)
}

// await returns when a started container is ready, has failed or has used up
// its time. The error ends with the container's last log lines.
func (c containers) await(ctx context.Context, urn, id string, inputs containerInputs, watch healthWatch) error {
	waiting, cancel := context.WithTimeout(ctx, inputs.waitTimeout())
	defer cancel()
	last, waited := "it was not inspected yet", false
	for {
		inspected, err := c.engine.ContainerInspect(waiting, id)
		if err == nil {
			var verdict verdict
			switch verdict, last = judge(inspected.State, inputs); verdict {
			case ready:
				if waited {
					c.status.Info(ctx, urn, "The container is "+last)
				}
				return nil
			case failed:
				return c.explain(ctx, id, inputs, fmt.Errorf("container %s did not start: %s", inputs.Name, last))
			case pending:
				c.status.Info(ctx, urn, "Waiting for the container: "+last)
				waited = true
				err = watch.next(waiting)
			}
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("waiting for container %s was cancelled; %s", inputs.Name, last)
		case waiting.Err() != nil:
			return c.explain(ctx, id, inputs, fmt.Errorf("container %s is not healthy after %s (waitTimeout); %s",
				inputs.Name, inputs.waitTimeout(), last))
		case err != nil:
			return fmt.Errorf("waiting for container %s: %w; %s", inputs.Name, err, last)
		}
	}
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

// explain adds the last log lines to a failure.
func (c containers) explain(ctx context.Context, id string, inputs containerInputs, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	lines, err := lastLogLines(ctx, c.engine, id, inputs)
	switch {
	case err != nil:
		return errors.Join(failure, err)
	case len(lines) == 0:
		return fmt.Errorf("%w; it has logged nothing", failure)
	default:
		return fmt.Errorf("%w; its last log lines:\n  %s", failure, strings.Join(lines, "\n  "))
	}
}
