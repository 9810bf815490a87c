package pulumi

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseConfig(t *testing.T) {
	t.Parallel()

	config, secretKeys, err := parseConfig([]byte(`{
		"mine:cluster": {"value": "{\"kubeconfig\":\"abc\"}", "objectValue": {"kubeconfig": "abc"}, "secret": true},
		"mine:backend": {"value": "{\"replicas\":2}", "objectValue": {"replicas": 2}, "secret": false},
		"mine:backend.greeting": {"value": "good morning", "secret": true}
	}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"mine:cluster": `{"kubeconfig":"abc"}`, "mine:backend": `{"replicas":2}`, "mine:backend.greeting": "good morning",
	}, config)
	assert.Equal(t, []string{"mine:backend.greeting", "mine:cluster"}, secretKeys)

	_, _, err = parseConfig([]byte("error"))
	assert.ErrorContains(t, err, "reading what pulumi config has printed")
}
