package docker

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAContainerThatNeverBecameReadyIsReplaced(t *testing.T) {
	t.Parallel()
	provider, _ := configured(t, newFakeEngine())
	inputs := checked(t, provider, containerURN, properties{"name": "web", "image": "web:1"})
	for _, test := range []struct {
		state    properties
		expected []string
	}{
		{properties{"image": "web:1", taintedKey: true}, []string{"wait"}},
		{properties{"image": "web:0", taintedKey: true}, []string{"image"}},
		{properties{"image": "web:1"}, nil},
	} {
		defaults := properties{"name": "web", "mustRun": true, "removeVolumes": true, "start": true, "restart": "no", "waitTimeout": 60, "networkMode": "bridge",
			"containerReadRefreshTimeoutMilliseconds": 15000}
		for name, value := range test.state {
			defaults[name] = value
		}
		response, err := provider.Diff(t.Context(), &pulumirpc.DiffRequest{Urn: containerURN, Olds: defaults.wire(t), News: inputs})
		require.NoError(t, err)
		assert.Equal(t, test.expected, response.GetReplaces())
		assert.Equal(t, test.expected, response.GetDiffs())
		assert.Equal(t, test.expected != nil, response.GetDeleteBeforeReplace())
		assert.Equal(t, test.expected != nil, response.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME)
	}
}
