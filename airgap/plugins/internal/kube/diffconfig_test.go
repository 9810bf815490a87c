package kube_test

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unknown is how an unknown string travels.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

func kubeconfigOf(server string) string {
	return `{"clusters":[{"name":"c","cluster":{"server":"` + server + `"}}],` +
		`"contexts":[{"name":"c","context":{"cluster":"c"}}],"current-context":"c"}`
}

func TestDiffConfigReplacesWhatIsOnAnotherCluster(t *testing.T) {
	t.Parallel()
	provider := start(t)
	one, two := kubeconfigOf("https://one"), kubeconfigOf("https://two")
	type inputs = map[string]any
	for name, test := range map[string]struct {
		olds, news inputs
		diffs      []string
		replaces   []string
	}{
		"nothing changed": {inputs{"kubeconfig": one}, inputs{"kubeconfig": one}, nil, nil},
		"another server":  {inputs{"kubeconfig": one}, inputs{"kubeconfig": two}, []string{"kubeconfig"}, []string{"kubeconfig"}},
		"another user of the same server": {
			inputs{"kubeconfig": one}, inputs{"kubeconfig": one + "\n"}, []string{"kubeconfig"}, nil,
		},
		"unknown kubeconfig": {inputs{"kubeconfig": one}, inputs{"kubeconfig": unknown}, []string{"kubeconfig"}, []string{"kubeconfig"}},
		"same identifier": {
			inputs{"kubeconfig": one, "clusterIdentifier": "a"}, inputs{"kubeconfig": two, "clusterIdentifier": "a"},
			[]string{"kubeconfig"}, nil,
		},
		"same identifier, unknown kubeconfig": {
			inputs{"kubeconfig": one, "clusterIdentifier": "a"}, inputs{"kubeconfig": unknown, "clusterIdentifier": "a"},
			[]string{"kubeconfig"}, nil,
		},
		"another identifier": {
			inputs{"kubeconfig": one, "clusterIdentifier": "a"}, inputs{"kubeconfig": one, "clusterIdentifier": "b"},
			[]string{"clusterIdentifier"}, []string{"clusterIdentifier"},
		},
		"identifier for the first time": {
			inputs{"kubeconfig": one}, inputs{"kubeconfig": one, "clusterIdentifier": "b"}, []string{"clusterIdentifier"}, nil,
		},
		"a switch": {
			inputs{"kubeconfig": one}, inputs{"kubeconfig": one, "deleteUnreachable": "true"}, []string{"deleteUnreachable"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := provider.client.DiffConfig(t.Context(), &pulumirpc.DiffRequest{
				Olds: structOf(t, test.olds), News: structOf(t, test.news),
			})
			require.NoError(t, err)
			assert.Equal(t, test.diffs, response.GetDiffs())
			assert.Equal(t, test.replaces, response.GetReplaces())
			assert.Equal(t, test.diffs != nil, response.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME)
		})
	}
}
