package docker

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnEngineThatIsNotThereIsExplained(t *testing.T) {
	t.Parallel()
	_, err := Connect(t.Context(), "unix://"+t.TempDir()+"/docker.sock")
	require.ErrorContains(t, err, "systemctl start docker")
	err = unreachable("unix:///docker.sock", errors.Join(errors.New("dial"), fs.ErrPermission))
	require.ErrorContains(t, err, "group docker")
}

func TestRegistryOf(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"web": dockerHub, "user/web:1": dockerHub, "docker.io/user/web": dockerHub,
		"localhost:5001/web": "localhost:5001", "ghcr.io/user/web@" + someDigest: "ghcr.io",
	}
	for image, expected := range tests {
		registry, err := registryOf(image)
		require.NoError(t, err)
		assert.Equal(t, expected, registry)
	}
	_, err := registryOf("Not A Name")
	require.ErrorContains(t, err, `image name "Not A Name"`)
}
