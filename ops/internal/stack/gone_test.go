package stack

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

// connected is a state of a local stack with a connection to its cluster, and a Deployment on it.
func connected(provider string) string {
	return `{"resources":[{"type":"pulumi:pulumi:Stack"},{"type":"pulumi:providers:kubernetes","id":"` + provider + `"},` +
		`{"type":"kubernetes:apps/v1:Deployment","urn":"urn:deployment","inputs":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"b","namespace":"a"}}}]}`
}

func TestUpMakesAgainWhatIsGone(t *testing.T) {
	t.Parallel()

	deployment := clusterfake.Object("apps/v1", "Deployment", "a", "b")
	for name, test := range map[string]struct {
		cluster *clusterfake.Cluster
		calls   []string
		said    string
		fails   string
	}{
		"all there":         {cluster: clusterfake.New("here", "v1.34.2", deployment)},
		"gone":              {cluster: clusterfake.New("here", "v1.34.2"), calls: []string{"pulumi refresh --yes --skip-preview --target urn:deployment"}, said: "removed by other means, and made again: Deployment a/b\n"},
		"an old Kubernetes": {cluster: clusterfake.New("here", "v1.29.0", deployment), fails: "the stack's cluster has Kubernetes v1.29.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, connected("provider-1"))
			f.answers(t, "pulumi stack output", "the kubeconfig\n")
			f.connect = func(kubeconfig string) (*cluster.Cluster, error) {
				if !strings.Contains(kubeconfig, "the kubeconfig") {
					return nil, errors.New("another kubeconfig")
				}
				return test.cluster.Cluster, nil
			}
			p, err := f.prepare(t.Context())
			require.NoError(t, err)
			err = p.checkCluster(t.Context())
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, append([]string{"pulumi stack output kubeconfig --show-secrets --stack dev"}, test.calls...), f.calls(t, "pulumi"))
			assert.Equal(t, test.said, f.stdout.String())
		})
	}
}

// Of a state that is elsewhere, only Pulumi can tell.
func TestStateOfOnesOwnIsExported(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	f.state.OwnBackend, f.state.OwnPassphrase = true, true
	f.answers(t, "pulumi stack export", `{"version":3,"deployment":`+identified("there")+`}`)
	require.ErrorContains(t, f.Preview(t.Context()), "this is another cluster")
	f.fails(t, "pulumi stack export", "no access")
	require.ErrorContains(t, f.Preview(t.Context()), "running pulumi stack")

	local := newFixture(t)
	local.state.OwnBackend, local.state.OwnPassphrase = true, true
	local.answers(t, "pulumi stack output", "the kubeconfig\n")
	p, err := local.prepare(t.Context())
	require.NoError(t, err)
	content, err := p.kubeconfig(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "the kubeconfig", content)
	assert.False(t, exists(local.state.File("dev", "kubeconfig")))
}
