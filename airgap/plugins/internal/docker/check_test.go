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
		"unknown property":       {networkURN, properties{"name": "n", "nonsense": 1}, "nonsense is not a property"},
		"known but unsupported":  {networkURN, properties{"name": "n", "ipv6": true}, "ipv6 is not supported by the stand-in"},
		"unsupported in a block": {containerURN, properties{"name": "n", "image": "i", "volumes": []any{map[string]any{"fromContainer": "x"}}}, "volumes[0].fromContainer is not supported"},
		"computed":               {volumeURN, properties{"name": "v", "mountpoint": "/x"}, "mountpoint is computed by Docker"},
		"missing":                {containerURN, properties{"name": "n"}, "image is required"},
		"missing in a block":     {containerURN, properties{"name": "n", "image": "i", "ports": []any{map[string]any{}}}, "ports[0].internal is required"},
		"text for a number":      {containerURN, properties{"name": "n", "image": "i", "waitTimeout": "60"}, "waitTimeout must be a number, not a value of type string"},
		"number for text":        {containerURN, properties{"name": 1, "image": "i"}, "name must be a string"},
		"text for a list":        {containerURN, properties{"name": "n", "image": "i", "command": "x"}, "command must be a list"},
		"map of numbers":         {containerURN, properties{"name": "n", "image": "i", "tmpfs": map[string]any{"/a": 1}}, "tmpfs./a must be a string"},
		"two sources":            {containerURN, properties{"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "content": "a", "source": "b"}}}, "upload of /f: give exactly one"},
		"permissions":            {containerURN, properties{"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "content": "a", "permissions": "rw"}}}, `permissions "rw" are not an octal mode`},
		"port out of range":      {containerURN, properties{"name": "n", "image": "i", "ports": []any{map[string]any{"internal": 70000}}}, "outside of 1 to 65535"},
		"duration":               {containerURN, properties{"name": "n", "image": "i", "healthcheck": map[string]any{"tests": []any{"NONE"}, "interval": "soon"}}, `healthcheck.interval: "soon" is not a duration`},
		"attach":                 {containerURN, properties{"name": "n", "image": "i", "attach": true}, "attach and logs are not supported"},
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
		"name": "n", "image": "i", "uploads": []any{map[string]any{"file": "/f", "contentBase64": "***secret***"}},
	}.wire(t)})
	require.NoError(t, err)
	require.Len(t, response.GetFailures(), 1)
	assert.NotContains(t, response.GetFailures()[0].GetReason(), "secret")
}

func TestCheckPassesUnknownValues(t *testing.T) {
	t.Parallel()
	news, err := plugin.Encode(resource.PropertyMap{
		"name": resource.NewProperty("n"), "image": plugin.Unknown(), "uploads": plugin.Unknown(),
	})
	require.NoError(t, err)
	response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: containerURN, News: news})
	require.NoError(t, err)
	assert.Empty(t, response.GetFailures())
	inputs, err := plugin.Decode(response.GetInputs())
	require.NoError(t, err)
	assert.True(t, inputs["image"].IsComputed())
}

func TestNames(t *testing.T) {
	t.Parallel()
	autonaming := func(mode pulumirpc.CheckRequest_AutonamingOptions_Mode) *pulumirpc.CheckRequest_AutonamingOptions {
		return &pulumirpc.CheckRequest_AutonamingOptions{Mode: mode, ProposedName: "proposed"}
	}
	generatedBefore := properties{"name": "net-old", defaultsKey: []any{"ipamDriver", "name"}}
	tests := map[string]struct {
		olds, news properties
		naming     *pulumirpc.CheckRequest_AutonamingOptions
		expected   string // a regular expression
		defaults   []any
	}{
		"given":                       {nil, properties{"name": "mine"}, nil, "^mine$", []any{"ipamDriver"}},
		"made":                        {nil, properties{}, nil, "^net-[0-9a-f]{7}$", []any{"ipamDriver", "name"}},
		"kept":                        {generatedBefore, properties{}, nil, "^net-old$", []any{"ipamDriver", "name"}},
		"given instead of made":       {generatedBefore, properties{"name": "mine"}, nil, "^mine$", []any{"ipamDriver"}},
		"made instead of given":       {properties{"name": "mine"}, properties{}, nil, "^net-[0-9a-f]{7}$", []any{"ipamDriver", "name"}},
		"as the project's rules say":  {nil, properties{}, autonaming(pulumirpc.CheckRequest_AutonamingOptions_PROPOSE), "^proposed$", []any{"ipamDriver", "name"}},
		"enforced by the project too": {nil, properties{}, autonaming(pulumirpc.CheckRequest_AutonamingOptions_ENFORCE), "^proposed$", []any{"ipamDriver", "name"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{
				Urn: networkURN, Olds: test.olds.wire(t), News: test.news.wire(t), RandomSeed: []byte("seed"), Autonaming: test.naming,
			})
			require.NoError(t, err)
			inputs := response.GetInputs().AsMap()
			assert.Regexp(t, test.expected, inputs["name"])
			assert.Equal(t, test.defaults, inputs[defaultsKey])
		})
	}
}

func TestANameIsRequiredWhereNamingIsDisabled(t *testing.T) {
	t.Parallel()
	_, err := New(nil, nil).Check(t.Context(), &pulumirpc.CheckRequest{Urn: networkURN, Autonaming: &pulumirpc.CheckRequest_AutonamingOptions{
		Mode: pulumirpc.CheckRequest_AutonamingOptions_DISABLE,
	}})
	require.ErrorContains(t, err, "name is required")
}
