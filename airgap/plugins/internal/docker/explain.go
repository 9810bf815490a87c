package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

const (
	logLines     = 10
	logLineBytes = 500
	// shortestSecret is the length from which a line of an upload is looked for in the logs; shorter ones would blank out
	// ordinary words.
	shortestSecret = 16
)

// nameConflict says which container has the name that was asked for.
func nameConflict(ctx context.Context, engine Engine, name string, err error) error {
	other, inspectErr := engine.ContainerInspect(ctx, name)
	if !errdefs.IsConflict(err) || inspectErr != nil {
		return err
	}
	return fmt.Errorf("the name is taken by container %.12s (image %s, %s since %s), which is not in this stack: "+
		"remove it with \"docker rm -f %s\": %w", other.ID, other.Config.Image, other.State.Status, other.Created, name, err)
}

// portConflict says which port is taken, and by which container if it is one.
func portConflict(ctx context.Context, engine Engine, inputs containerInputs, err error) error {
	message := err.Error()
	if !strings.Contains(message, "already allocated") && !strings.Contains(message, "address already in use") {
		return err
	}
	for _, port := range inputs.Ports {
		if port.External == 0 || !strings.Contains(message, fmt.Sprintf(":%d", port.External)) {
			continue
		}
		if holder := publisher(ctx, engine, port.External); holder != "" {
			return fmt.Errorf("port %d is taken by container %s: stop it, or choose another port: %w", port.External, holder, err)
		}
		return fmt.Errorf("port %d is taken by a process outside of Docker (see \"ss -ltnp sport = :%d\"): "+
			"stop it, or choose another port: %w", port.External, port.External, err)
	}
	return err
}

// publisher returns the name of the container that publishes a port, or "".
func publisher(ctx context.Context, engine Engine, port int) string {
	running, err := engine.ContainerList(ctx, container.ListOptions{})
	if err != nil {
		return "" // the conflict itself is the error to report
	}
	for _, candidate := range running {
		for _, published := range candidate.Ports {
			if int(published.PublicPort) == port && len(candidate.Names) > 0 {
				return strings.TrimPrefix(candidate.Names[0], "/")
			}
		}
	}
	return ""
}

// explain adds the end of a container's output to a failure. A line that quotes an uploaded file or the value of a variable
// is blanked out: these may be secrets.
func explain(ctx context.Context, engine Engine, id string, inputs containerInputs, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	stream, err := engine.ContainerLogs(ctx, id, container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(logLines),
	})
	if err != nil {
		return errors.Join(failure, fmt.Errorf("reading its logs: %w", err))
	}
	output := &bytes.Buffer{}
	_, err = stdcopy.StdCopy(output, output, stream)
	if err := errors.Join(err, stream.Close()); err != nil {
		return errors.Join(failure, fmt.Errorf("reading its logs: %w", err))
	}
	lines := printable(output.String(), inputs.secrets())
	if len(lines) == 0 {
		return fmt.Errorf("%w; it has logged nothing", failure)
	}
	return fmt.Errorf("%w; its last log lines:\n  %s", failure, strings.Join(lines, "\n  "))
}

// printable bounds the output in lines and in length, and blanks out secrets.
func printable(output string, secrets []string) []string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) > logLineBytes {
			line = line[:logLineBytes] + "..."
		}
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				line = "[a line that quotes an upload or a variable]"
			}
		}
		lines = append(lines, line)
	}
	return lines[max(0, len(lines)-logLines):]
}

// secrets are the pieces of the inputs that must not be printed. Pulumi does not tell a provider like this one which inputs
// are secret.
func (c containerInputs) secrets() (secrets []string) {
	add := func(text string) {
		if text = strings.TrimSpace(text); len(text) >= shortestSecret {
			secrets = append(secrets, text)
		}
	}
	for _, upload := range c.Uploads {
		for line := range strings.Lines(upload.Content) {
			add(line)
		}
	}
	for _, variable := range c.Envs {
		_, value, _ := strings.Cut(variable, "=")
		add(value)
	}
	return secrets
}
