package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashwanth01/ashapp-backend/infra/internal/command"
)

func TestCommandLinesThatAreNotUnderstood(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"none":            {nil, "unknown command []"},
		"unknown command": {[]string{"depoly"}, `unknown command ["depoly"]`},
		"too many":        {[]string{"deploy", "prod"}, `unknown command ["deploy" "prod"]`},
		"unknown flag":    {[]string{"-stakc", "dev", "deploy"}, "flag provided but not defined: -stakc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			assert.Equal(t, command.ExitUsage, run(t.Context(), test.arguments, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.want)
			assert.Contains(t, stderr.String(), "usage: deploy [-stack NAME] [-url URL] deploy|rollback|history|drift")
			assert.Empty(t, stdout.String())
		})
	}
}
