package registries

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMirrorsBecomeHostsOfContainerd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ yaml, path, hosts string }{
		"one endpoint": {
			"mirrors: {\"localhost:5001\": {endpoint: [\"http://registry:5000\"]}}", "localhost:5001/hosts.toml",
			"server = \"http://registry:5000\"\n\n[host.\"http://registry:5000\"]\n  capabilities = [\"pull\", \"resolve\"]\n",
		},
		"two endpoints, the last is the server": {
			"mirrors: {docker.io: {endpoint: [\"https://a\", \"https://b\"]}}", "docker.io/hosts.toml",
			"server = \"https://b\"\n\n[host.\"https://a\"]\n  capabilities = [\"pull\", \"resolve\"]\n" +
				"\n[host.\"https://b\"]\n  capabilities = [\"pull\", \"resolve\"]\n",
		},
		"every host": {
			"mirrors: {\"*\": {endpoint: [\"http://r/cache\"]}}", "_default/hosts.toml",
			"server = \"http://r/cache\"\n\n[host.\"http://r/cache\"]\n  capabilities = [\"pull\", \"resolve\"]\n  override_path = true\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			require.NoError(t, parse(t, test.yaml).Write(folder))
			written, err := os.ReadFile(filepath.Join(folder, test.path))
			require.NoError(t, err)
			assert.Equal(t, test.hosts, string(written))
		})
	}
}

func TestMissingFileMeansNoMirrors(t *testing.T) {
	t.Parallel()
	read, err := Read(filepath.Join(t.TempDir(), "registries.yaml"))
	require.NoError(t, err)
	assert.Empty(t, read.Mirrors)
}

func TestReadRefusesWhatItWouldIgnore(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		"configs: {a: {auth: {username: u}}}",
		"mirrors: {a: {endpoint: [\"http://b\"], rewrite: {x: y}}}",
		"mirrors: [a]",
	} {
		path := filepath.Join(t.TempDir(), "registries.yaml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := Read(path)
		require.ErrorContains(t, err, path)
		assert.ErrorContains(t, err, "mirrors.<host>.endpoint only")
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ yaml, says string }{
		"no endpoint":             {"mirrors: {a: {}}", "no endpoint"},
		"another scheme":          {"mirrors: {a: {endpoint: [\"ftp://b\"]}}", "not an http or https URL"},
		"a bare host":             {"mirrors: {a: {endpoint: [\"b:5000\"]}}", "not an http or https URL"},
		"text that ends a string": {"mirrors: {a: {endpoint: ['http://b/\"']}}", "not an http or https URL"},
		"a host that is a path":   {"mirrors: {\"../a\": {endpoint: [\"http://b\"]}}", "not a host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			require.ErrorContains(t, parse(t, test.yaml).Write(folder), test.says)
			entries, err := os.ReadDir(folder)
			require.NoError(t, err)
			assert.Empty(t, entries)
		})
	}
}

func parse(t *testing.T, content string) Registries {
	t.Helper()
	path := filepath.Join(t.TempDir(), "registries.yaml")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	read, err := Read(path)
	require.NoError(t, err)
	return read
}
