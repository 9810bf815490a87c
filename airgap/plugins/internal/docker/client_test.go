package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestContextHost(t *testing.T) {
	t.Parallel()
	name := sha256.Sum256([]byte("remote"))
	meta := "contexts/meta/" + hex.EncodeToString(name[:]) + "/meta.json"
	tests := map[string]struct {
		files    map[string]string
		expected string
		failure  string
	}{
		"no configuration": {nil, "", ""},
		"default":          {map[string]string{"config.json": `{"currentContext":"default"}`}, "", ""},
		"another":          {map[string]string{"config.json": `{"currentContext":"remote"}`, meta: `{"Endpoints":{"docker":{"Host":"unix:///r.sock"}}}`}, "unix:///r.sock", ""},
		"a missing one":    {map[string]string{"config.json": `{"currentContext":"remote"}`}, "", `choose another with "docker context use"`},
		"a broken one":     {map[string]string{"config.json": `{"currentContext":"remote"}`, meta: `{`}, "", `reading the Docker context "remote"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, err := contextHost(contextFolder(t, test.files))
			assert.Equal(t, test.expected, host)
			if test.failure == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.failure)
			}
		})
	}
}

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
