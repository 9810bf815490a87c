//go:build integration

package integration

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRegistryIsConfiguredByVariablesAndDeletes(t *testing.T) {
	name := "nodeit-" + strings.ToLower(rand.Text()[:8])
	docker(t, "create", "--name", name, "--publish", "127.0.0.1::5005", "--env", "REGISTRY_HTTP_ADDR=:5005",
		"--health-cmd", "wget -q -O /dev/null http://127.0.0.1:5005/v2/", "--health-interval", "1s", registryImage)
	dockerCleanup(t, "rm", "--force", "--volumes", name)
	startHealthy(t, name)
	assert.Contains(t, docker(t, "exec", name, "id"), "uid=65532")

	c := cluster{registry: published(t, name, "5005/tcp")}
	c.push(t, "web:1")
	manifest := "http://" + c.registry + "/v2/web/manifests/"
	status, digest := request(t, http.MethodHead, manifest+"1")
	require.Equal(t, http.StatusOK, status)
	status, _ = request(t, http.MethodDelete, manifest+digest)
	assert.Equal(t, http.StatusAccepted, status)
	status, _ = request(t, http.MethodHead, manifest+"1")
	assert.Equal(t, http.StatusNotFound, status)
}

// request returns the status of the answer and the digest of the manifest that it is about.
func request(t *testing.T, method, url string) (status int, digest string) {
	t.Helper()
	made, err := http.NewRequestWithContext(context.Background(), method, url, http.NoBody)
	require.NoError(t, err)
	made.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json")
	response, err := http.DefaultClient.Do(made)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode, response.Header.Get("Docker-Content-Digest")
}
