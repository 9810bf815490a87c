package pulumi

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAdviceNamesTheNextStep(t *testing.T) {
	t.Parallel()

	for said, step := range map[string]string{
		"error: could not deserialize deployment: incorrect passphrase": "unset PULUMI_CONFIG_PASSPHRASE",
		"deleting failed error: grpc: the client connection is closing": "make down, then make up",
	} {
		assert.Contains(t, advice(said, nil), step)
	}
	assert.Empty(t, advice("error: update failed", nil), "what we know nothing about is left to Pulumi")
}
