package settings_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

func TestValuesAreWhatIsSetAndTheDefaultsButNoSecrets(t *testing.T) {
	t.Parallel()

	s := settings.Default()
	require.NoError(t, s.Apply("backend", map[string]string{"greeting": "hello", "replicas": "3", "dnsEgress": "true"}))
	values := s.Values("backend")
	assert.Equal(t, []string{"hello", "3", "true", "NodePort"},
		[]string{values["greeting"], values["replicas"], values["dnsEgress"], values["serviceType"]})
	copied := settings.Default()
	require.NoError(t, copied.Apply("backend", values))
	assert.Equal(t, s, copied, "they say everything")

	s.Image.RegistryPassword, s.Cluster.Kubeconfig = "secret", "secret"
	assert.NotContains(t, s.Values("image"), "registryPassword")
	assert.NotContains(t, s.Values("cluster"), "kubeconfig")
	assert.ErrorContains(t, s.Apply("backend", map[string]string{"replicas": "0"}), "backend.replicas")
}

func TestRestoreTakesImageAndBackendOfTheReleaseAndTheRestOfToday(t *testing.T) {
	t.Parallel()

	const today = `encryptionsalt: v1:today
config:
  app:cluster:
    kind: existing
  app:image:
    repository: docker.io/name/app
  app:image.ref: old
  app:backend:
    greeting: {secure: today}
    replicas: 5
    cpuLimit: "2"
  app:backend.nodePort: "30099"
  app:backend.url:
    secure: hidden
`
	content, unknown, err := settings.Restore([]byte(today), "app", "name@sha256:1", map[string]string{
		"greeting": "then", "replicas": "2", "nodePort": "30080", "url": "http://then", "salutation": "gone",
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"backend.salutation"}, unknown)
	assert.YAMLEq(t, `encryptionsalt: v1:today
config:
  app:cluster:
    kind: existing
  app:image:
    repository: docker.io/name/app
  app:image.ref: name@sha256:1
  app:backend:
    greeting: {secure: today}
    replicas: "2"
    nodePort: "30080"
  app:backend.url:
    secure: hidden
`, string(content))
}

func TestRestoreOfAStackFileThatSetsNothing(t *testing.T) {
	t.Parallel()

	content, unknown, err := settings.Restore([]byte("config: {}\n"), "app", "name@sha256:1", map[string]string{"replicas": "2"})
	require.NoError(t, err)
	assert.Empty(t, unknown)
	assert.YAMLEq(t, "config:\n  app:backend:\n    replicas: \"2\"\n  app:image.ref: name@sha256:1\n", string(content))
	_, _, err = settings.Restore([]byte(":"), "app", "", nil)
	assert.ErrorContains(t, err, "reading the stack file")
}

// Pulumi wants objects and lists as such, and would refuse their text.
func TestRestoreWritesObjectsAndListsAsPulumiWantsThem(t *testing.T) {
	t.Parallel()

	before := loadWorkload(t, `{"env":{"PORTS":"8080","YES":"yes","TOKEN":{"secret":"token"}},"egress":[{"namespace":"databases","port":5432}],"imagePullSecrets":["a"]}`)
	values := before.Values("backend")
	content, unknown, err := settings.Restore([]byte("config: {}\n"), "app", "name@sha256:1", map[string]string{
		"env": values["env"], "egress": values["egress"], "files": values["files"], "imagePullSecrets": values["imagePullSecrets"],
	})
	require.NoError(t, err)
	assert.Empty(t, unknown)
	assert.YAMLEq(t, `config:
  app:backend:
    env: {PORTS: "8080", "YES": "yes", TOKEN: {secret: token}}
    egress: [{namespace: databases, port: 5432, protocol: TCP}]
    files: {}
    imagePullSecrets: [a]
  app:image.ref: name@sha256:1
`, string(content))
	_, _, err = settings.Restore([]byte("config: {}\n"), "app", "name@sha256:1", map[string]string{"env": "{"})
	assert.ErrorContains(t, err, "backend.env of the release: ")
}
