package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestReadStackFileNamesTheFile(t *testing.T) {
	t.Parallel()

	missing := filepath.Join(t.TempDir(), "Pulumi.none.yaml")
	_, _, err := settings.ReadStackFile(missing)
	require.ErrorContains(t, err, missing)

	broken := filepath.Join(t.TempDir(), "Pulumi.broken.yaml")
	require.NoError(t, os.WriteFile(broken, []byte("config: ["), 0o600))
	_, _, err = settings.ReadStackFile(broken)
	assert.ErrorContains(t, err, broken)
}

// The ciphertext stands for an encrypted value, so that the other settings can be read without the passphrase.
func TestReadStackFileLeavesSecretsEncrypted(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "Pulumi.secret.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
encryptionsalt: v1:salt
config:
  ashapp-backend:cluster:
    kind: existing
    kubeconfig:
      secure: v1:kubeconfig
  ashapp-backend:image:
    repository: docker.io/name/app
    platform: linux/amd64
    registryUsername: name
    registryPassword:
      secure: v1:password
  ashapp-backend:backend:
    replicas: 3
  ashapp-backend:backend.greeting: good morning
`), 0o600))
	config, secretKeys, err := settings.ReadStackFile(file)
	require.NoError(t, err)
	assert.Equal(t, []string{project + ":cluster", project + ":image"}, secretKeys)
	got, err := settings.Load(project, config, secretKeys)
	require.NoError(t, err)
	assert.Equal(t, "v1:kubeconfig", got.Cluster.Kubeconfig)
	assert.Equal(t, "v1:password", got.Image.RegistryPassword)
	assert.Equal(t, 3, got.Backend.Replicas)
	assert.Equal(t, "good morning", got.Backend.Greeting, "a key on its own, as pulumi new writes it")
}
