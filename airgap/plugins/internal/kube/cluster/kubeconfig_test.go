package cluster_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
)

const kubeconfig = `apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: a, cluster: {server: "https://127.0.0.1:1"}}
- {name: b, cluster: {server: "https://127.0.0.1:2"}}
users:
- {name: u, user: {token: top-secret}}
contexts:
- {name: one, context: {cluster: a, user: u, namespace: blue}}
- {name: two, context: {cluster: b, user: u}}
`

func TestAccessChoosesClusterAndNamespace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		access            cluster.Access
		server, namespace string
	}{
		"current context":   {cluster.Access{}, "https://127.0.0.1:1", "blue"},
		"another context":   {cluster.Access{Context: "two"}, "https://127.0.0.1:2", "default"},
		"another cluster":   {cluster.Access{Cluster: "b"}, "https://127.0.0.1:2", "blue"},
		"another namespace": {cluster.Access{Namespace: "green"}, "https://127.0.0.1:1", "green"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.access.Kubeconfig = kubeconfig
			config, err := test.access.Load()
			require.NoError(t, err)
			assert.Equal(t, test.server, config.Host)
			namespace, err := test.access.DefaultNamespace()
			require.NoError(t, err)
			assert.Equal(t, test.namespace, namespace)
			active, err := test.access.Active()
			require.NoError(t, err)
			assert.Equal(t, test.server, active.Server)
		})
	}
}

func TestParseKubeconfigTakesAPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfig), 0o600))
	config, err := cluster.ParseKubeconfig(path)
	require.NoError(t, err)
	assert.Equal(t, "one", config.CurrentContext)
}

func TestParseKubeconfigFails(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	_, err := cluster.ParseKubeconfig(missing)
	require.ErrorContains(t, err, missing)
	_, err = cluster.ParseKubeconfig("{\"users\": [{\"user\": {\"token\": \"top-secret\"}}\n")
	require.ErrorContains(t, err, "parsing the kubeconfig")
	assert.NotContains(t, err.Error(), "top-secret")
}

func TestLoadRefusesAContextThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, err := cluster.Access{Kubeconfig: kubeconfig, Context: "three"}.Load()
	require.ErrorContains(t, err, `context "three" does not exist`)
}
