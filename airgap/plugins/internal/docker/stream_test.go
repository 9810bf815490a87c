package docker

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

func TestFollowShowsProgressAndReturnsTheEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stream  string
		shown   []string
		result  string
		failure string
	}{
		"steps and a result": {`{"stream":"Step 1/2\n"}{"stream":"\n"}{"aux":{"ID":"sha256:1"}}{"status":"Pushed"}`, []string{"Step 1/2", "Pushed"}, "sha256:1", ""},
		"an error":           {`{"stream":"Step 1/2"}{"errorDetail":{"message":"no space left"}}`, []string{"Step 1/2"}, "", "no space left"},
		"no login":           {`{"errorDetail":{"code":401,"message":"unauthorized"}}`, nil, "", "run \"docker login\""},
		"a closed connection": {
			`{"errorDetail":{"message":"EOF"}}`, nil, "", "check the registry's address",
		},
		"cut off": {`{"stream":"Step`, nil, "", "reading the engine's messages"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := &lines{}
			var result struct{ ID string }
			err := session{status: shown}.follow(t.Context(), io.NopCloser(strings.NewReader(test.stream)), &result)
			assert.Equal(t, test.shown, shown.shown)
			assert.Equal(t, test.result, result.ID)
			if test.failure == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.failure)
			}
		})
	}
}

// message builds the wire form of a protobuf message with text fields.
func message(fields ...any) []byte {
	var encoded []byte
	for i := 0; i < len(fields); i += 2 {
		encoded = protowire.AppendTag(encoded, fields[i].(protowire.Number), protowire.BytesType)
		switch content := fields[i+1].(type) {
		case string:
			encoded = protowire.AppendString(encoded, content)
		case []byte:
			encoded = protowire.AppendBytes(encoded, content)
		}
	}
	return encoded
}

func TestReadTraceOfBuildKit(t *testing.T) {
	t.Parallel()
	vertex := message(protowire.Number(1), "sha256:1", protowire.Number(3), "[1/2] COPY app /app", protowire.Number(7), "not found")
	vertex = protowire.AppendVarint(protowire.AppendTag(vertex, 4, protowire.VarintType), 1) // cached
	trace := message(protowire.Number(1), vertex, protowire.Number(3), message(protowire.Number(1), "sha256:1", protowire.Number(4), "output\n"))
	aux, err := json.Marshal(trace)
	require.NoError(t, err)
	shown, err := readTrace(aux)
	require.NoError(t, err)
	assert.Equal(t, "[1/2] COPY app /app\nnot found\noutput", shown)
}

func TestReadTraceRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, aux := range []string{`"////"`, `{}`, `"CgU="`} {
		_, err := readTrace(json.RawMessage(aux))
		require.ErrorContainsf(t, err, "decoding a trace of BuildKit", "%s", aux)
	}
}
