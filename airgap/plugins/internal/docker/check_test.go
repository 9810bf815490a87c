package docker

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

func TestCheckRefusesWhatItWouldIgnore(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		urn     string
		inputs  properties
		failure string
	}{
		"nonsense":           {networkURN, properties{"name": "n", "nonsense": 1}, "nonsense is not known to the docker plugin for closed machines: leave it out"},
		"of the official":    {networkURN, properties{"name": "n", "ingress": true}, "ingress is not known to the docker plugin for closed machines"},
		"in a block":         {containerURN, properties{"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "content": "a", "source": "x"}}}, "uploads[0].source is not known"},
		"computed":           {volumeURN, properties{"name": "v", "mountpoint": "/x"}, "mountpoint is not known"},
		"fixed":              {containerURN, properties{"name": "n", "image": "i", "attach": true}, "attach can only be false in the docker plugin for closed machines"},
		"fixed number":       {containerURN, properties{"name": "n", "image": "i", "memoryReservation": 5}, "memoryReservation can only be 0"},
		"fixed text":         {networkURN, properties{"name": "n", "ipamDriver": "x"}, "ipamDriver can only be default"},
		"missing":            {containerURN, properties{"name": "n"}, "image is required"},
		"missing in a block": {containerURN, properties{"name": "n", "image": "i", "ports": []any{map[string]any{}}}, "ports[0].internal is required"},
		"text for a number":  {containerURN, properties{"name": "n", "image": "i", "waitTimeout": "60"}, "waitTimeout"},
		"number for text":    {networkURN, properties{"name": 1}, "name"},
		"text for a list":    {volumeURN, properties{"name": "n", "labels": "x"}, "labels"},
		"text for an object": {containerURN, properties{"name": "n", "image": "i", "healthcheck": "x"}, "healthcheck"},
		"permissions":        {containerURN, properties{"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "content": "a", "permissions": "rw"}}}, `permissions of an upload: "rw" is not an octal mode such as 0600`},
		"duration":           {containerURN, properties{"name": "n", "image": "i", "healthcheck": map[string]any{"tests": []any{"NONE"}, "interval": "soon"}}, `a time of the health check: "soon" is not a duration such as 5s`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: test.urn, News: test.inputs.wire(t)})
			require.NoError(t, err)
			require.NotEmpty(t, response.GetFailures())
			assert.Contains(t, response.GetFailures()[0].GetReason(), test.failure)
		})
	}
}

func TestCheckNeverPrintsTheContentOfAnUpload(t *testing.T) {
	t.Parallel()
	response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: containerURN, News: properties{
		"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "content": "***secret***", "permissions": "rw"}},
	}.wire(t)})
	require.NoError(t, err)
	require.Len(t, response.GetFailures(), 1)
	assert.NotContains(t, response.GetFailures()[0].GetReason(), "secret")
}

func TestCheckPassesUnknownValues(t *testing.T) {
	t.Parallel()
	news, err := plugin.Encode(resource.PropertyMap{
		"name": resource.NewProperty("n"), "image": resource.MakeComputed(resource.NewProperty("")), "uploads": resource.MakeComputed(resource.NewProperty("")),
	})
	require.NoError(t, err)
	response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: containerURN, News: news})
	require.NoError(t, err)
	assert.Empty(t, response.GetFailures())
	inputs, err := plugin.Decode(response.GetInputs())
	require.NoError(t, err)
	assert.True(t, inputs["image"].IsComputed())
}
