package docker

import (
	"os"
	"path/filepath"
	"testing"

	cliconfig "github.com/docker/cli/cli/config"
	"github.com/docker/docker/api/types/registry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// It is not parallel: Docker's configuration folder is the same for the whole process.
func TestCredentialsAreThoseOfTheProgramElseOfTheHost(t *testing.T) {
	before, folder := cliconfig.Dir(), t.TempDir()
	cliconfig.SetDir(folder)
	t.Cleanup(func() { cliconfig.SetDir(before) })
	stored := filepath.Join(folder, "config.json")
	require.NoError(t, os.WriteFile(stored, []byte(`{"auths": {"registry.example": {"auth": "dXNlcjpwYXNz"}}}`), 0o600))
	type login = registry.AuthConfig
	tests := map[string]struct {
		given    registryLogin
		image    string
		expected login
	}{
		"nothing given":   {registryLogin{}, "registry.example/web:1", login{Username: "user", Password: "pass", ServerAddress: "registry.example"}},
		"nothing stored":  {registryLogin{}, "other.example/web:1", login{}},
		"both given":      {registryLogin{Username: "a", Password: "b"}, "registry.example/web:1", login{Username: "a", Password: "b", ServerAddress: "registry.example"}},
		"with the server": {registryLogin{Server: "s", Username: "a", Password: "b"}, "user/web:1", login{Username: "a", Password: "b", ServerAddress: "s"}},
		"one given":       {registryLogin{Username: "a"}, "registry.example/web:1", login{Username: "user", Password: "pass", ServerAddress: "registry.example"}},
		"the other given": {registryLogin{Password: "b"}, "registry.example/web:1", login{Username: "user", Password: "pass", ServerAddress: "registry.example"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			encoded, err := test.given.encode(test.image)
			require.NoError(t, err)
			found, err := registry.DecodeAuthConfig(encoded)
			require.NoError(t, err)
			assert.Equal(t, test.expected, *found)
		})
	}
	t.Run("they reach the engine", func(t *testing.T) {
		engine := newFakeEngine()
		s := session{engine: engine, status: &lines{}}
		require.NoError(t, s.ensureImage(t.Context(), "registry.example/web:1"))
		found, err := registry.DecodeAuthConfig(engine.auth)
		require.NoError(t, err)
		assert.Equal(t, "user", found.Username)
		engine.digest = someDigest
		_, err = otherImage(s).push(t.Context())
		require.NoError(t, err)
		found, err = registry.DecodeAuthConfig(engine.auth)
		require.NoError(t, err)
		assert.Equal(t, "a", found.Username)
	})
	t.Run("a broken file", func(t *testing.T) {
		require.NoError(t, os.WriteFile(stored, []byte(`{`), 0o600))
		_, err := registryLogin{}.encode("registry.example/web:1")
		require.ErrorContains(t, err, "reading Docker's configuration")
	})
}

func TestAnImageThatCannotBeHad(t *testing.T) {
	t.Parallel()
	s := session{engine: newFakeEngine(), status: &lines{}}
	require.ErrorContains(t, s.ensureImage(t.Context(), someDigest), "an image cannot be pulled by its ID")
	require.ErrorContains(t, s.ensureImage(t.Context(), "No Name"), `image name "No Name"`)
	_, err := otherImage(s).push(t.Context())
	require.ErrorContains(t, err, "the registry reports no digest")
}

func otherImage(s session) *images {
	return &images{session: s, imageInputs: imageInputs{
		ImageName: "other.example/web:1", Registry: registryLogin{Username: "a", Password: "b"},
	}}
}
