package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/docker/docker/pkg/jsonmessage"
)

// follow reads the stream of messages that the engine sends while it builds,
// pulls or pushes, shows them as progress, and returns the error that ends
// them, if any. It closes the stream. onResult gets the results among the
// messages; nil ignores them.
func follow(ctx context.Context, stream io.ReadCloser, status reporter, urn string, onResult func(json.RawMessage)) error {
	err := eachMessage(stream, func(message jsonmessage.JSONMessage) error {
		line, err := read(message, onResult)
		if line != "" {
			status.Info(ctx, urn, line)
		}
		return err
	})
	return errors.Join(err, stream.Close())
}

// eachMessage decodes the JSON objects that follow each other in the stream.
func eachMessage(stream io.Reader, handle func(jsonmessage.JSONMessage) error) error {
	decoder := json.NewDecoder(stream)
	for {
		var message jsonmessage.JSONMessage
		switch err := decoder.Decode(&message); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading the engine's messages: %w", err)
		}
		if err := handle(message); err != nil {
			return err
		}
	}
}

// read returns what to show of a message.
func read(message jsonmessage.JSONMessage, onResult func(json.RawMessage)) (string, error) {
	switch {
	case message.Error != nil:
		return "", engineError(*message.Error)
	case message.ID == buildTrace && message.Aux != nil:
		return readTrace(*message.Aux)
	case message.Aux != nil:
		if onResult != nil {
			onResult(*message.Aux)
		}
		return "", nil
	case message.Progress != nil:
		return message.Status + " " + message.Progress.String(), nil
	case message.Stream != "":
		return strings.TrimSpace(message.Stream), nil
	default:
		return strings.TrimSpace(message.Status), nil
	}
}

// refusals are what engines and registries say when a login is missing or
// wrong. The protocol has codes for it, but the engine passes on the text only.
var refusals = []string{
	"unauthorized", "no basic auth credentials", "authentication required", "access to the resource is denied",
}

// engineError adds the next step to errors whose cause the text alone does not tell.
func engineError(failure jsonmessage.JSONError) error {
	message := strings.TrimSpace(failure.Message)
	switch {
	case failure.Code == 401, slices.ContainsFunc(refusals, func(words string) bool { return strings.Contains(message, words) }):
		return fmt.Errorf("the registry refuses these credentials (%s): run \"docker login\" for it, or set registry", message)
	case message == "EOF":
		return errors.New("the registry closed the connection (EOF): check the registry's address and credentials")
	default:
		return errors.New(message)
	}
}

// tail keeps the last lines that were shown, for the error of a build. BuildKit
// names a step again whenever its state changes; once is enough here.
type tail struct {
	reporter
	lines []string
}

const tailLines = 10

// Info shows the message and keeps its lines.
func (t *tail) Info(ctx context.Context, urn, message string) {
	for line := range strings.SplitSeq(message, "\n") {
		if !slices.Contains(t.lines, line) {
			t.lines = append(t.lines, line)
		}
	}
	t.lines = t.lines[max(0, len(t.lines)-tailLines):]
	t.reporter.Info(ctx, urn, message)
}

func (t *tail) String() string { return strings.Join(t.lines, "\n  ") }
