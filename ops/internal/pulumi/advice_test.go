package pulumi

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAdviceNamesTheNextStep(t *testing.T) {
	t.Parallel()

	for said, step := range map[string]string{
		"error: could not deserialize deployment: incorrect passphrase": "unset PULUMI_CONFIG_PASSPHRASE",
		"deleting failed error: grpc: the client connection is closing": "make down, then make up",
	} {
		assert.Contains(t, advice(said, nil), step)
	}
	killed := exec.CommandContext(t.Context(), "sleep", "60")
	require.NoError(t, killed.Start())
	require.NoError(t, killed.Process.Kill())
	require.Error(t, killed.Wait())
	assert.Contains(t, advice("", killed.ProcessState), "make up mends what it has left behind, make down removes it")
	assert.Empty(t, advice("error: update failed", nil), "what we know nothing about is left to Pulumi")
}
