package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompletionScripts(t *testing.T) {
	t.Parallel()

	for shell, registers := range map[string]string{
		"bash": "complete -o default -F __start_ashapp ashapp", "zsh": "compdef _ashapp ashapp", "fish": "complete -c ashapp",
	} {
		var stdout bytes.Buffer
		require.Equal(t, exitDone, run(t.Context(), []string{"completion", shell}, &stdout, t.Output()))
		assert.Contains(t, stdout.String(), registers)
		assert.Contains(t, stdout.String(), "__complete", "it asks the program")
	}
}

func TestWhatIsCompleted(t *testing.T) {
	checkout(t)
	require.NoError(t, os.WriteFile("Pulumi.dev.yaml", nil, 0o600))
	for name, test := range map[string]struct {
		line []string
		want string
	}{
		"stacks":                  {[]string{"up", "--stack", ""}, "dev\nprod\n:4\n"},
		"stacks before a command": {[]string{"--stack", ""}, "dev\nprod\n:4\n"},
		"stacks, in short":        {[]string{"deploy", "-s", ""}, "dev\nprod\n:4\n"},
		"formats":                 {[]string{"status", "--output", ""}, "text\njson\n:4\n"},
		"commands":                {[]string{"st"}, "status\tTell in a few lines how the stack is; fails where something is not as it should be\n:4\n"},
		"no files":                {[]string{"up", ""}, ":4\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			require.Equal(t, exitDone, run(t.Context(), append([]string{"__complete"}, test.line...), &stdout, t.Output()))
			assert.Equal(t, test.want, stdout.String())
		})
	}
}
