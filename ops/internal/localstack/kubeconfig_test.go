package localstack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connected is a state with a connection to a cluster.
func connected(provider string) string {
	return `{"resources":[{"type":"pulumi:providers:kubernetes","id":"` + provider + `"}]}`
}

func TestKubeconfigIsKeptForAsLongAsTheConnectionIsTheSame(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	content, err := f.Kubeconfig(t.Context(), f.pulumi)
	require.NoError(t, err)
	assert.Empty(t, content, "there is no cluster yet")

	ask := func(provider string) string {
		f.record(t, connected(provider))
		content, err := f.Kubeconfig(t.Context(), f.pulumi)
		require.NoError(t, err)
		return content
	}
	asked := func() int { return len(f.Calls(t, "pulumi stack output")) }
	f.Answers(t, "pulumi stack output", "first\n")
	assert.Equal(t, "first", ask("1"))
	assert.Equal(t, "# 1\nfirst", ask("1"))
	assert.Equal(t, 1, asked())
	info, err := os.Stat(f.State.File("dev", "kubeconfig"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())

	f.Answers(t, "pulumi stack output", "second\n")
	assert.Equal(t, "second", ask("2"), "the cluster was made anew")
	assert.Equal(t, 2, asked())
	require.NoError(t, f.RemoveFiles())
	assert.NoFileExists(t, f.State.File("dev", "kubeconfig"))
	left, err := filepath.Glob(f.State.File("dev", "kubeconfig") + "*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestKubeconfigOfAStateElsewhereIsNotKept(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.State.OwnBackend = true
	f.Answers(t, "pulumi stack output", "the kubeconfig\n")
	content, err := f.Kubeconfig(t.Context(), f.pulumi)
	require.NoError(t, err)
	assert.Equal(t, "the kubeconfig", content)
	assert.NoFileExists(t, f.State.File("dev", "kubeconfig"))
}
