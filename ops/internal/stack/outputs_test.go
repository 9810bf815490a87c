package stack

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutputsArePrintedWithoutSecrets(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, "null")
	f.answers(t, "pulumi stack output", `{"url":"http://127.0.0.1:30080/","kubeconfig":"[secret]"}`)
	require.NoError(t, f.Outputs(t.Context()))
	assert.Equal(t, `{"url":"http://127.0.0.1:30080/","kubeconfig":"[secret]"}`, f.stdout.String())
	assert.Equal(t, []string{"pulumi stack output --json --stack dev"}, f.calls(t, "pulumi"))

	f.fails(t, "pulumi stack output", "error: no stack")
	assert.ErrorContains(t, f.Outputs(t.Context()), "running pulumi stack")
}
