package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/docker/pkg/jsonmessage"
	"google.golang.org/protobuf/encoding/protowire"
)

// follow reads and closes the stream of messages that the engine sends while it builds, pulls or pushes. It shows them as
// progress, and returns the error that ends them, if any. result gets the result among them, by its JSON fields.
func (s session) follow(ctx context.Context, stream io.ReadCloser, result any) (err error) {
	defer func() { err = errors.Join(err, stream.Close()) }()
	for decoder := json.NewDecoder(stream); ; {
		var message jsonmessage.JSONMessage
		err := decoder.Decode(&message)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the engine's messages: %w", err)
		}
		line, err := read(message, result)
		if err != nil {
			return err
		}
		if line != "" {
			s.info(ctx, line)
		}
	}
}

// read returns what to show of a message.
func read(message jsonmessage.JSONMessage, result any) (string, error) {
	switch {
	case message.Error != nil:
		return "", engineError(*message.Error)
	case message.ID == buildTrace && message.Aux != nil:
		return readTrace(*message.Aux)
	case message.Aux != nil:
		_ = json.Unmarshal(*message.Aux, result) // of another form: not the result
		return "", nil
	case message.Progress != nil:
		return message.Status + " " + message.Progress.String(), nil
	default:
		return strings.TrimSpace(message.Stream + message.Status), nil
	}
}

// refused is what engines and registries say when a login is missing or wrong. Of the protocol the engine passes on the text only.
var refused = regexp.MustCompile("unauthorized|no basic auth credentials|authentication required|access to the resource is denied")

// engineError adds the next step to errors whose cause the text alone does not tell.
func engineError(failure jsonmessage.JSONError) error {
	message := strings.TrimSpace(failure.Message)
	switch {
	case failure.Code == 401, refused.MatchString(message):
		return fmt.Errorf("the registry refuses these credentials (%s): run \"docker login\" for it, or set registry", message)
	case message == "EOF":
		return errors.New("the registry closed the connection (EOF): check the registry's address and credentials")
	default:
		return errors.New(message)
	}
}

// buildTrace is the ID of messages in which BuildKit reports what it does.
const buildTrace = "moby.buildkit.trace"

// shownFields are the numbers of the fields worth showing in BuildKit's api/services/control/control.proto: of the vertexes
// (1) of a StatusResponse their name and error, of its logs (3) their message.
var shownFields = map[protowire.Number][]protowire.Number{1: {3, 7}, 3: {4}}

// readTrace returns the steps, their errors and their output in a trace, one a line. It reads the few fields that it needs
// straight from the wire, which saves the dependency on all of BuildKit.
func readTrace(aux json.RawMessage) (string, error) {
	var encoded []byte
	var lines []string
	noBytes := json.Unmarshal(aux, &encoded)
	err := errors.Join(noBytes, eachField(encoded, func(field protowire.Number, message []byte) error {
		return eachField(message, func(inner protowire.Number, text []byte) error {
			if line := strings.TrimSpace(string(text)); line != "" && slices.Contains(shownFields[field], inner) {
				lines = append(lines, line)
			}
			return nil
		})
	}))
	if err != nil {
		return "", fmt.Errorf("decoding a trace of BuildKit: %w", err)
	}
	return strings.Join(lines, "\n"), nil
}

// eachField calls handle for every length-delimited field and skips the others.
func eachField(message []byte, handle func(protowire.Number, []byte) error) error {
	for len(message) > 0 {
		field, form, size := protowire.ConsumeField(message)
		if size < 0 {
			return protowire.ParseError(size)
		}
		if form == protowire.BytesType {
			content, _ := protowire.ConsumeBytes(message[protowire.SizeTag(field):])
			if err := handle(field, content); err != nil {
				return err
			}
		}
		message = message[size:]
	}
	return nil
}
