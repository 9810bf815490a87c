package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDownAsksForTheNameOfTheStack(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		typed       string
		interactive bool
		want        string
	}{
		"the name":         {typed: "prod\n", interactive: true},
		"without its end":  {typed: "prod", interactive: true},
		"another name":     {typed: "dev\n", interactive: true, want: `"dev" is not prod: nothing was changed`},
		"yes":              {typed: "yes\n", interactive: true, want: `"yes" is not prod: nothing was changed`},
		"nothing":          {interactive: true, want: `"" is not prod: nothing was changed`},
		"without terminal": {typed: "prod\n", want: "there is no terminal to ask"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout bytes.Buffer
			o := &options{stdin: strings.NewReader(test.typed), interactive: test.interactive, stdout: &stdout}
			err := o.ask(t.Context(), "prod")
			assert.Equal(t, test.interactive, strings.Contains(stdout.String(), "Stack prod is on a cluster that exists. Type its name"))
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
	o := &options{}
	assert.ErrorContains(t, o.ask(t.Context(), "prod"), "ashapp down --yes --stack prod does not ask")
}

func TestQuestionEndsWithTheCommand(t *testing.T) {
	t.Parallel()

	silent, writer := io.Pipe()
	t.Cleanup(func() { assert.NoError(t, writer.Close()) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := &options{stdin: silent, interactive: true, stdout: t.Output()}
	assert.ErrorIs(t, o.ask(ctx, "prod"), context.Canceled)
}

// The stack that was used last may be one that the user does not think of.
func TestYesWantsTheNameOfTheStack(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("STACK", "prod")
	var stderr bytes.Buffer
	assert.Equal(t, exitUsage, run(t.Context(), []string{"down", "--yes"}, t.Output(), &stderr))
	assert.Contains(t, stderr.String(), "--yes without --stack NAME")
	for _, named := range [][]string{{"down", "--yes", "--stack", "prod"}, {"--stack", "prod", "down", "--yes"}, {"down", "--yes", "-s", "prod"}} {
		stderr.Reset()
		assert.Equal(t, exitFailed, run(t.Context(), named, t.Output(), &stderr))
		assert.Contains(t, stderr.String(), "run this from the root of the checkout", "only the checkout is missing")
	}
}
