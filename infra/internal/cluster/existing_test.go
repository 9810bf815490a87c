package cluster_test

import (
	"os"
	"path/filepath"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

const (
	content = `{contexts: [{name: blue, context: {cluster: b}}], clusters: [{name: b, cluster: {server: "https://b"}}], current-context: blue}`
	// selected is what is left of it.
	selected = `{"apiVersion":"v1","kind":"Config","current-context":"blue","contexts":[{"name":"blue","context":{"cluster":"b"}}],` +
		`"clusters":[{"name":"b","cluster":{"server":"https://b"}}],"users":[]}`
)

func TestExistingClusterIsAProviderAndAnIdentity(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	for name, test := range map[string]struct {
		settings settings.Cluster
		held     bool // by the stack's configuration
	}{
		"by content": {settings: settings.Cluster{Kubeconfig: content}, held: true},
		"by path":    {settings: settings.Cluster{KubeconfigPath: file, Context: "blue"}},
	} {
		for _, preview := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()

				test.settings.Kind = settings.Existing
				recorded, made := record(t, test.settings, preview)
				assert.Equal(t, map[string]string{
					"kubernetes": "pulumi:providers:kubernetes", "kube-system": "kubernetes:core/v1:Namespace", "cluster-identity": "pulumi:index:Stash",
				}, recorded.Types())
				provider := recorded.Resource(t, "kubernetes")
				assert.JSONEq(t, selected, provider.Text("kubeconfig").(string), "the content, and no path of this machine")
				assert.True(t, provider.Input("kubeconfig").IsSecret())
				assert.Nil(t, provider.Text("context"))
				assert.Equal(t, "existing", provider.Text("clusterIdentifier"), "other credentials must replace nothing")
				identity := recorded.Resource(t, "cluster-identity")
				assert.Equal(t, recording.UID, identity.Text("input"))
				assert.Equal(t, []string{"input"}, identity.Request.GetIgnoreChanges(), "the first one is kept")
				assert.Equal(t, test.held, made.Kubeconfig != nil, "only what the stack itself holds is handed on")
				assert.Empty(t, made.Registry)
			})
		}
	}
}

// onExisting declares an object on an existing cluster that the stack has been on before.
func onExisting(before string, preview bool) (*recording.Recording, error) {
	return recording.RunAgain(func(ctx *pulumi.Context) error {
		target, err := cluster.New(ctx, settings.Cluster{Kind: settings.Existing, Kubeconfig: content}, nodePort)
		if err != nil {
			return err
		}
		_, err = corev1.NewNamespace(ctx, "object", &corev1.NamespaceArgs{}, target.Options...)
		return err
	}, preview, map[string]string{settings.ClusterIdentity: before})
}

func TestAnotherClusterIsLeftAlone(t *testing.T) {
	t.Parallel()

	for name, preview := range map[string]bool{"update": false, "preview": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			recorded, err := onExisting("another-uid", preview)
			require.ErrorContains(t, err, "this is another cluster: the stack was deployed to the one whose kube-system has the UID another-uid, "+
				"and the kubeconfig leads to "+recording.UID)
			assert.NotContains(t, recorded.Types(), "object")

			recorded, err = onExisting(recording.UID, preview)
			require.NoError(t, err)
			object := recorded.Resource(t, "object").Request
			assert.Contains(t, object.GetProvider(), "pulumi:providers:kubernetes::kubernetes")
			assert.Contains(t, object.GetDependencies(), "urn:pulumi:test::ashapp-backend::pulumi:index:Stash::cluster-identity")
		})
	}
}

func TestKubeconfigThatLeadsNowhereIsSaidAtOnce(t *testing.T) {
	t.Parallel()

	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		_, err := cluster.New(ctx, settings.Cluster{Kind: settings.Existing, Kubeconfig: content, Context: "red"}, nodePort)
		return err
	}, true)
	require.ErrorContains(t, err, `cluster.context: "red": there is no such context`)
	assert.Empty(t, recorded.Types())
}
