package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// typed is a file with what somebody has typed.
func typed(t *testing.T, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "typed")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, file.Close()) })
	return file
}

func TestAnswersAreLines(t *testing.T) {
	t.Parallel()

	var shown strings.Builder
	p := newPrompt(typed(t, " one \n\nlast"), &shown)
	for _, want := range []string{"one", "", "last"} {
		got, err := p.ask(t.Context(), "question", want == "last")
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := p.ask(t.Context(), "question", false)
	require.ErrorContains(t, err, "reading the answer")
	assert.Equal(t, strings.Repeat("question: ", 4), shown.String(), "without a terminal nothing is hidden")
}

func TestSecretsAreHiddenWhileTheyAreTyped(t *testing.T) {
	t.Parallel()

	for secret, want := range map[bool]string{true: "question: [hidden][shown]", false: "question: "} {
		var shown strings.Builder
		p := newPrompt(typed(t, "answer\n"), &shown)
		p.hide = func(context.Context) func() {
			shown.WriteString("[hidden]")
			return func() { shown.WriteString("[shown]") }
		}
		_, err := p.ask(t.Context(), "question", secret)
		require.NoError(t, err)
		assert.Equal(t, want, shown.String())
	}
}
