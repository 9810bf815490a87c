package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

func TestCommandLinesThatAreNotUnderstood(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"unknown command":    {[]string{"depoly"}, `error: unknown command "depoly", did you mean deploy?: see ashapp --help`},
		"nothing like it":    {[]string{"xyzzy"}, `error: unknown command "xyzzy": see ashapp --help`},
		"too many arguments": {[]string{"up", "dev"}, `error: unknown command "dev" for "ashapp up": see ashapp --help`},
		"nothing to run":     {[]string{"exec"}, "requires at least 1 arg(s), only received 0: see ashapp --help"},
		"unknown flag":       {[]string{"--stakc", "dev", "up"}, "unknown flag: --stakc: see ashapp --help"},
		"flag without value": {[]string{"up", "--stack"}, "flag needs an argument: --stack: see ashapp --help"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			assert.Equal(t, exitUsage, run(t.Context(), test.arguments, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.want)
			assert.Empty(t, stdout.String())
		})
	}
}

// checkout makes the current folder a checkout with one stack that is not local and whose tools are installed.
func checkout(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for file, content := range map[string]string{
		"Pulumi.yaml": "name: ashapp-backend\n",
		"Pulumi.prod.yaml": "config:\n  ashapp-backend:cluster:\n    kind: existing\n    context: blue\n" +
			"  ashapp-backend:image:\n    repository: docker.io/name/app\n    platform: linux/amd64\n",
	} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(".tools", "pulumi-"+toolchain.PulumiVersion), 0o750))
}

func TestExitCodes(t *testing.T) {
	checkout(t)
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx    context.Context
		stack  string
		exec   []string
		code   int
		stderr string
	}{
		"success":       {t.Context(), "prod", []string{"go", "version"}, 0, ""},
		"unknown stack": {t.Context(), "blue", []string{"go", "version"}, exitFailed, "error: there is no stack blue, the stacks are prod\n"},
		"failure":       {t.Context(), "prod", []string{"go", "no-such-command"}, exitFailed, "error: running go: exit status 2\n"},
		"interrupted":   {interrupted, "prod", []string{"go", "version"}, exitInterrupted, "error: interrupted: "},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, test.code, run(test.ctx, append([]string{"--stack", test.stack, "exec"}, test.exec...), &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.stderr)
		})
	}
}

func TestOutsideOfACheckout(t *testing.T) {
	t.Chdir(t.TempDir())
	var stderr bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"up"}, t.Output(), &stderr))
	assert.Contains(t, stderr.String(), "run this from the root of the checkout")
}
