package main

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutputFormats(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"text by default": {nil, "two\n"},
		"text":            {[]string{"--output", "text"}, "two\n"},
		"json":            {[]string{"--output", "json"}, "{\n  \"pods\": 2\n}\n"},
		"json, in short":  {[]string{"-o", "json"}, "{\n  \"pods\": 2\n}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			command := &cobra.Command{}
			output := outputFlag(command)
			require.NoError(t, command.ParseFlags(test.arguments))
			var out bytes.Buffer
			require.NoError(t, output.print(&out, map[string]int{"pods": 2}, func(out io.Writer) error {
				_, err := io.WriteString(out, "two\n")
				return err
			}))
			assert.Equal(t, test.want, out.String())
		})
	}
}

func TestOutputThatCannotBePrinted(t *testing.T) {
	t.Parallel()

	broken := errors.New("no space left")
	require.ErrorIs(t, textFormat.print(io.Discard, nil, func(io.Writer) error { return broken }), broken)
	assert.ErrorContains(t, jsonFormat.print(io.Discard, math.NaN(), nil), "printing JSON: json: unsupported value")
}

func TestOutputFormatThatIsNone(t *testing.T) {
	t.Parallel()

	for _, command := range []string{"status", "history", "drift"} {
		var stderr bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), []string{command, "--output", "yaml"}, t.Output(), &stderr))
		assert.Equal(t, "error: invalid argument \"yaml\" for \"-o, --output\" flag: must be text or json: see ashapp --help\n", stderr.String())
	}
}
