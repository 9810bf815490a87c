//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lostRegistry removes what is on the registry's disk, and has the image replaced as make up does when it notices.
func lostRegistry(t *testing.T, e *environment) {
	up(t, e) // the checkout has a commit since, which the image tells
	before := current(t, e)["image"].Value.(string)
	docker(t, "exec", clusterName+"-registry", "busybox", "rm", "-r", "/var/lib/registry/docker")
	require.Equal(t, http.StatusNotFound, manifestStatus(t, before), "the registry must not answer from its memory")

	changes, result := up(t, e, optup.Replace([]string{e.urn(t, "image")}))
	assert.Equal(t, map[string]apitype.OpType{"image": apitype.OpDeleteReplaced}, changes, "the Deployment runs the same digest as before")
	assert.Equal(t, before, result.Outputs["image"].Value)
	assert.Equal(t, http.StatusOK, manifestStatus(t, before))
	// Whole, that is: an engine that has nothing of it gets all of it.
	docker(t, "image", "rm", "--force", strings.TrimSpace(docker(t, "image", "inspect", "--format", "{{.Id}}", before)))
	docker(t, "pull", "--quiet", before)
}

// manifestStatus is what the local registry answers when it is asked for an image, host/path@digest.
func manifestStatus(t *testing.T, image string) int {
	t.Helper()
	name, digest, _ := strings.Cut(image, "@")
	host, path, _ := strings.Cut(name, "/")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodHead, "http://"+host+"/v2/"+path+"/manifests/"+digest, nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json")
	request.Header.Add("Accept", "application/vnd.oci.image.manifest.v1+json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// anotherNode changes what a container cannot change while it is there. The new node is a cluster of its own, so it gets
// everything anew; registry and image stay.
func anotherNode(t *testing.T, e *environment) {
	apiPort, release := freePort(t, 0, 0)
	release()
	e.set(t, "cluster", map[string]any{"apiPort": apiPort})
	changes, result := up(t, e)
	for _, replaced := range []string{"node", "kubernetes", "namespace", "service", "deployment"} {
		assert.Equal(t, apitype.OpCreateReplacement, changes[replaced], replaced)
	}
	for _, kept := range []string{"pki", "network", "registry", "registry-data", "image"} {
		assert.NotContains(t, changes, kept)
	}
	assertGreets(t, output(t, result, "url"), secondGreeting)
	kubeconfig := output(t, result, "kubeconfig")
	assert.Contains(t, kubeconfig, fmt.Sprintf("https://127.0.0.1:%d", apiPort))
	assertPods(t, newAPI(t, kubeconfig), result)
	changes, _ = up(t, e, optup.ExpectNoChanges())
	assert.Empty(t, changes)
}

// deadCluster: a preview compares with what is recorded, and an update says that there is no cluster.
func deadCluster(t *testing.T, e *environment) {
	docker(t, "kill", clusterName+"-node")
	e.set(t, "backend", map[string]any{"greeting": "nobody hears this"})
	assert.Equal(t, map[string]apitype.OpType{"deployment": apitype.OpUpdate}, previewChanges(t, e))
	_, err := e.stack.Up(t.Context(), optup.SuppressProgress())
	assert.ErrorContains(t, err, "configured Kubernetes cluster is unreachable")
}

func docker(t *testing.T, arguments ...string) (printed string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "docker", arguments...).CombinedOutput()
	require.NoError(t, err, "docker %s: %s", strings.Join(arguments, " "), output)
	return string(output)
}

// urn is the URN of the stack's resource with a name.
func (e *environment) urn(t *testing.T, name string) string {
	t.Helper()
	exported, err := e.stack.Export(t.Context())
	require.NoError(t, err)
	var deployment apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(exported.Deployment, &deployment))
	for _, resource := range deployment.Resources {
		if resource.URN.Name() == name {
			return string(resource.URN)
		}
	}
	t.Fatalf("the stack has no resource %s", name)
	return ""
}
