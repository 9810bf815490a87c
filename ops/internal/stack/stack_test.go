package stack

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChoiceOfStack(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		remembered string
		problem    error
		want, said string
	}{
		"reachable":     {want: "dev"},
		"not reachable": {problem: errors.New("asking github.com: refused\nasking get.pulumi.com: refused"), want: "airgap", said: "The official Pulumi tools and images cannot be downloaded (asking github.com: refused): using the stack airgap.\n"},
		"remembered":    {remembered: "prod", problem: errors.New("refused"), want: "prod"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.Name, f.tools = test.remembered, fakeTools{problem: test.problem}
			if test.remembered != "" {
				require.NoError(t, f.remember())
				f.Name = ""
			}
			require.NoError(t, f.choose(t.Context()))
			assert.Equal(t, test.want, f.Name)
			assert.Equal(t, test.said, f.stderr.String())
		})
	}
}

func TestOpenOutsideOfACheckout(t *testing.T) {
	t.Parallel()

	_, err := Open(t.Context(), t.TempDir(), "dev", t.Output(), t.Output())
	assert.ErrorContains(t, err, "run this from the root of the checkout")
}

func TestOpenRefusesBadStacks(t *testing.T) {
	t.Parallel()

	root := t.TempDir()
	for file, content := range map[string]string{
		"Pulumi.yaml":       "name: ashapp-backend\n",
		"Pulumi.dev.yaml":   "config: {}\n",
		"Pulumi.wrong.yaml": "config:\n  ashapp-backend:backend:\n    replica: 3\n    replicas: two\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o600))
	}
	for name, test := range map[string]struct{ stack, want string }{
		"unknown":      {"other", "there is no stack other, the stacks are dev, wrong"},
		"unknown key":  {"wrong", "backend.replica: unknown key"},
		"wrong type":   {"wrong", `backend.replicas: "two": must be a whole number`},
		"names a file": {"wrong", "Pulumi.wrong.yaml: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := Open(t.Context(), root, test.stack, t.Output(), t.Output())
			assert.ErrorContains(t, err, test.want)
		})
	}
	opened, err := Open(t.Context(), root, "dev", t.Output(), t.Output())
	require.NoError(t, err)
	assert.True(t, opened.Local())
}
