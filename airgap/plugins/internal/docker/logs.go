package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

const (
	logLines     = 10
	logLineBytes = 500
	// shortestSecret is the length from which a line of an upload is looked for
	// in the logs; shorter ones would blank out ordinary words.
	shortestSecret = 16
)

// lastLogLines returns the end of a container's output. A line that quotes an
// uploaded file or the value of a variable is blanked out: these may be secrets.
func lastLogLines(ctx context.Context, engine containerEngine, id string, inputs containerInputs) ([]string, error) {
	stream, err := engine.ContainerLogs(ctx, id, container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(logLines),
	})
	if err != nil {
		return nil, fmt.Errorf("reading its logs: %w", err)
	}
	output := &bytes.Buffer{}
	if inputs.TTY { // one stream, not two in one
		_, err = io.Copy(output, stream)
	} else {
		_, err = stdcopy.StdCopy(output, output, stream)
	}
	if err := errors.Join(err, stream.Close()); err != nil {
		return nil, fmt.Errorf("reading its logs: %w", err)
	}
	return printable(output.String(), inputs.secrets()), nil
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

// secrets are the pieces of the inputs that must not be printed. The engine
// does not tell a provider like this one which inputs are secret.
func (c containerInputs) secrets() []string {
	var secrets []string
	add := func(text string) {
		if text = strings.TrimSpace(text); len(text) >= shortestSecret {
			secrets = append(secrets, text)
		}
	}
	for _, upload := range c.Uploads {
		content, err := upload.content()
		if err != nil {
			continue // nothing was uploaded
		}
		for line := range strings.Lines(string(content)) {
			add(line)
		}
	}
	for _, variable := range c.Envs {
		_, value, _ := strings.Cut(variable, "=")
		add(value)
	}
	return secrets
}
