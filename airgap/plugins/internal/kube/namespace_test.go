package kube_test

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckPutsObjectsIntoTheDefaultNamespace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		token, version, kind string
		given, want          string
	}{
		"built-in kind":              {"core/v1:ConfigMap", "v1", "ConfigMap", "", "blue"},
		"a namespace of its own":     {"core/v1:ConfigMap", "v1", "ConfigMap", "green", "green"},
		"an unknown namespace":       {"core/v1:ConfigMap", "v1", "ConfigMap", unknown, unknown},
		"kind outside namespaces":    {"core/v1:Namespace", "v1", "Namespace", "", ""},
		"custom kind of the cluster": {"example.com/v1:Widget", "example.com/v1", "Widget", "", "blue"},
		"kind that is yet to come":   {"example.com/v1:Gadget", "example.com/v1", "Gadget", "", "blue"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := start(t, with("namespace", "blue"))
			inputs := map[string]any{"apiVersion": test.version, "kind": test.kind}
			if test.given != "" {
				inputs["metadata"] = map[string]any{"namespace": test.given}
			}
			response, err := provider.client.Check(t.Context(), &pulumirpc.CheckRequest{
				Urn: urn("kubernetes:" + test.token), News: structOf(t, inputs),
			})
			require.NoError(t, err)
			metadata := response.GetInputs().GetFields()["metadata"].GetStructValue().GetFields()
			assert.Equal(t, test.want, metadata["namespace"].GetStringValue())
			assert.Regexp(t, "^web-[0-9a-f]{8}$", metadata["name"].GetStringValue())
		})
	}
}
