package docker

import (
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// buildTrace is the ID of messages in which BuildKit reports what it does.
const buildTrace = "moby.buildkit.trace"

// Field numbers of BuildKit's api/services/control/control.proto: those of
// StatusResponse, and in each of its messages the one worth showing.
const (
	traceVertexes protowire.Number = 1
	traceLogs     protowire.Number = 3
	vertexName    protowire.Number = 3
	vertexError   protowire.Number = 7
	logMessage    protowire.Number = 4
)

// readTrace returns the steps, their errors and their output in a trace, one
// a line. It reads the few fields it needs straight from the wire, which saves
// the dependency on all of BuildKit.
func readTrace(aux json.RawMessage) (string, error) {
	var encoded []byte
	if err := json.Unmarshal(aux, &encoded); err != nil {
		return "", fmt.Errorf("decoding a trace of BuildKit: %w", err)
	}
	var lines []string
	show := func(text []byte) {
		if line := strings.TrimSpace(string(text)); line != "" {
			lines = append(lines, line)
		}
	}
	err := eachField(encoded, func(field protowire.Number, message []byte) error {
		return eachField(message, func(inner protowire.Number, text []byte) error {
			switch {
			case field == traceVertexes && (inner == vertexName || inner == vertexError),
				field == traceLogs && inner == logMessage:
				show(text)
			}
			return nil
		})
	})
	return strings.Join(lines, "\n"), err
}

// eachField calls handle for every length-delimited field and skips the others.
func eachField(message []byte, handle func(protowire.Number, []byte) error) error {
	for len(message) > 0 {
		field, form, size := protowire.ConsumeTag(message)
		if size < 0 {
			return fmt.Errorf("decoding a trace of BuildKit: %w", protowire.ParseError(size))
		}
		message = message[size:]
		if form != protowire.BytesType {
			size = protowire.ConsumeFieldValue(field, form, message)
		} else {
			var content []byte
			content, size = protowire.ConsumeBytes(message)
			if size >= 0 {
				if err := handle(field, content); err != nil {
					return err
				}
			}
		}
		if size < 0 {
			return fmt.Errorf("decoding a trace of BuildKit: %w", protowire.ParseError(size))
		}
		message = message[size:]
	}
	return nil
}
