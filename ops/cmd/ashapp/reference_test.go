package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Scripts rely on the page, and people on the help.
func TestThePageOfCommandsIsWhatTheHelpSays(t *testing.T) {
	t.Parallel()

	page, err := os.ReadFile("../../../docs/reference/commands.md")
	require.NoError(t, err)
	var printed bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"reference"}, &printed, t.Output()))
	part := "reference: ashapp -->\n\n" + strings.TrimSpace(printed.String()) + "\n\n<!-- end -->\n"
	assert.True(t, strings.Contains(string(page), part), "docs/reference/commands.md is not what the help says: run make reference")
}

func TestReferenceDescribesEveryCommandAndExitCode(t *testing.T) {
	t.Parallel()

	root := newCommand(&options{stdout: t.Output(), stderr: t.Output()})
	text := reference(root)
	for _, command := range root.Commands() {
		part := "\n### ashapp " + command.Name() + "\n\n" + strings.TrimSpace(command.Long) + "\n\n```\nashapp " + command.Name()
		assert.Equal(t, !command.Hidden, strings.Contains(text, part) && strings.Contains(text, "\n\n"+command.Example), command.Name())
	}
	assert.Contains(t, text, "\n  ashapp up  ")
	assert.Contains(t, text, "### Flags of every command\n\n```\n  -s, --stack NAME ")
	assert.Contains(t, text, "\n      --cleanup ")
	assert.True(t, strings.HasSuffix(text, "| 130 | interrupted |\n"))
	assert.NotContains(t, help(t), "reference", "it is for the documentation alone")
}

func TestReferenceThatCannotBePrinted(t *testing.T) {
	t.Parallel()

	assert.Equal(t, exitFailed, run(t.Context(), []string{"reference"}, broken{}, t.Output()))
}
