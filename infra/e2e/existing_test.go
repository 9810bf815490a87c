//go:build e2e

package e2e

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// existingCluster deploys as the stack prod does, to the cluster and the registry of the stack under test: with a
// kubeconfig and a registry password that are secrets, under its commit, behind a ClusterIP; and then goes back to an
// image that exists.
func existingCluster(t *testing.T, e *environment) {
	outputs := current(t, e)
	cluster := newAPI(t, outputs["kubeconfig"].Value.(string))
	host := fmt.Sprintf("localhost:%v", e.config["cluster"]["registryPort"])
	commit := e.commit(t)
	canary := "canary-" + rand.Text()
	p := e.sibling(t, map[string]auto.ConfigValue{
		"cluster.kind":           {Value: "existing"},
		"cluster.kubeconfig":     {Value: outputs["kubeconfig"].Value.(string), Secret: true},
		"image.repository":       {Value: host + "/team/app"},
		"image.platform":         {Value: "linux/" + runtime.GOARCH},
		"image.tagCommit":        {Value: "true"},
		"image.registryUsername": {Value: "robot"},
		"image.registryPassword": {Value: canary, Secret: true},
		"backend.namespace":      {Value: "existing"},
		"backend.serviceType":    {Value: "ClusterIP"},
		"backend.url":            {Value: "https://app.example.com/"},
		"backend.replicas":       {Value: "1"},
	})
	planned, err := p.Preview(t.Context())
	require.NoError(t, err)
	made, err := p.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "https://app.example.com/", made.Outputs["url"].Value)
	assert.Equal(t, commit, cluster.commit(t, "existing"))
	image := made.Outputs["image"].Value.(string)
	assert.Equal(t, image, host+"/team/app@"+digest(t, host, "team/app", commit))
	assert.Equal(t, http.StatusNotFound, manifestStatus(t, host+"/team/app@latest"), "nobody has verified it")
	said := planned.StdOut + planned.StdErr + made.StdOut + made.StdErr
	e.assertSecret(t, canary, said)
	e.assertSecret(t, adminKey(t, outputs["kubeconfig"].Value.(string)), said)

	require.NoError(t, p.SetConfigWithOptions(t.Context(), "image.ref",
		auto.ConfigValue{Value: outputs["image"].Value.(string)}, &auto.ConfigOptions{Path: true}))
	back, err := p.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outputs["image"].Value, back.Outputs["image"].Value)
	assert.Equal(t, "unknown", cluster.commit(t, "existing"), "an earlier image, that was built without its commit")
	assert.Equal(t, 1, (*back.Summary.ResourceChanges)[string(apitype.OpUpdate)], "the Deployment and nothing else")
}

// sibling makes another stack of the same checkout, which is destroyed when the test ends.
func (e *environment) sibling(t *testing.T, config map[string]auto.ConfigValue) auto.Stack {
	t.Helper()
	stack, err := auto.UpsertStackLocalSource(t.Context(), "existing", e.checkout, e.variables)
	require.NoError(t, err)
	require.NoError(t, stack.SetAllConfigWithOptions(t.Context(), config, &auto.ConfigOptions{Path: true}))
	t.Cleanup(func() {
		_, err := stack.Destroy(context.WithoutCancel(t.Context()), optdestroy.SuppressProgress())
		assert.NoError(t, err)
	})
	return stack
}

// commit puts everything in the checkout under version control and returns the commit.
func (e *environment) commit(t *testing.T) string {
	t.Helper()
	var printed []byte
	for _, arguments := range [][]string{
		{"init", "--quiet"}, {"add", "app"},
		{"-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "test"},
		{"rev-parse", "HEAD"},
	} {
		command := exec.CommandContext(t.Context(), "git", arguments...)
		command.Dir = e.checkout
		var err error
		printed, err = command.Output()
		require.NoError(t, err)
	}
	return strings.TrimSpace(string(printed))
}

// assertSecret looks for a secret wherever it could have been written in plain text: in what Pulumi has said, in the state,
// and in the checkout.
func (e *environment) assertSecret(t *testing.T, secret, said string) {
	t.Helper()
	assert.False(t, strings.Contains(said, secret), "the output of Pulumi must not hold it") // and neither must that of the test
	files := 0
	for _, folder := range []string{e.backend, e.checkout} {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			assert.False(t, strings.Contains(string(content), secret), "%s must not hold it", path)
			files++
			return err
		}))
	}
	assert.NotZero(t, files)
}

// adminKey is a line of the private key in a kubeconfig, as it would look in plain text.
func adminKey(t *testing.T, kubeconfig string) string {
	t.Helper()
	var file struct {
		Users []struct {
			User struct {
				Key string `json:"client-key-data"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(kubeconfig), &file))
	require.NotEmpty(t, file.Users)
	return file.Users[0].User.Key
}

// commit asks the backend in a namespace, through the cluster's API, which commit it was built from.
func (a api) commit(t *testing.T, namespace string) string {
	t.Helper()
	status, answer := a.request(t, http.MethodGet, "/api/v1/namespaces/"+namespace+"/services/ashapp-backend:80/proxy/version", nil)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	var version struct{ Commit string }
	require.NoError(t, json.Unmarshal(answer, &version))
	return version.Commit
}

// digest is what a registry on this machine holds under a tag.
func digest(t *testing.T, host, repository, tag string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodHead, "http://"+host+"/v2/"+repository+"/manifests/"+tag, nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, tag)
	return response.Header.Get("Docker-Content-Digest")
}
