//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// object is a part of a Kubernetes object, of any depth.
type object = map[string]any

// confinedPods makes sure that the namespace takes the backend's pods, and none with a safeguard less.
func confinedPods(t *testing.T, e *environment) {
	outputs, err := e.stack.Outputs(t.Context())
	require.NoError(t, err)
	cluster := newAPI(t, outputs["kubeconfig"].Value.(string))
	namespace := outputs["namespace"].Value.(string)

	status, message := cluster.tryPod(t, namespace, func(object) {})
	require.Equal(t, http.StatusCreated, status, "the pod of the Deployment itself: %s", message)

	container := func(spec object) object { return spec["containers"].([]any)[0].(object) }
	for name, weaken := range map[string]func(spec object){
		"privileged": func(spec object) {
			context := container(spec)["securityContext"].(object)
			context["privileged"], context["allowPrivilegeEscalation"] = true, true
		},
		"privilege escalation": func(spec object) {
			container(spec)["securityContext"].(object)["allowPrivilegeEscalation"] = true
		},
		"a capability": func(spec object) {
			container(spec)["securityContext"].(object)["capabilities"] = object{"drop": []any{"ALL"}, "add": []any{"NET_RAW"}}
		},
		"no dropped capabilities": func(spec object) { delete(container(spec)["securityContext"].(object), "capabilities") },
		"root": func(spec object) {
			context := spec["securityContext"].(object)
			context["runAsNonRoot"], context["runAsUser"] = false, 0
		},
		"no seccomp":   func(spec object) { spec["securityContext"].(object)["seccompProfile"] = object{"type": "Unconfined"} },
		"host network": func(spec object) { spec["hostNetwork"] = true },
		"host path": func(spec object) {
			spec["volumes"] = []any{object{"name": "host", "hostPath": object{"path": "/"}}}
		},
	} {
		status, message := cluster.tryPod(t, namespace, weaken)
		assert.Equal(t, http.StatusForbidden, status, "%s: %s", name, message)
		assert.Contains(t, message, "violates PodSecurity", name)
	}
}

// tryPod asks whether the cluster would take a pod as the Deployment's template describes it, after a change of its spec.
func (a api) tryPod(t *testing.T, namespace string, change func(spec object)) (status int, message string) {
	t.Helper()
	var deployment struct {
		Spec struct{ Template object }
	}
	_, content := a.request(t, http.MethodGet, "/apis/apps/v1/namespaces/"+namespace+"/deployments/ashapp-backend", nil)
	require.NoError(t, json.Unmarshal(content, &deployment))
	spec := deployment.Spec.Template["spec"].(object)
	change(spec)
	status, content = a.request(t, http.MethodPost, "/api/v1/namespaces/"+namespace+"/pods?dryRun=All", object{
		"apiVersion": "v1", "kind": "Pod", "metadata": object{"generateName": "trial-"}, "spec": spec,
	})
	var answer struct{ Message string }
	require.NoError(t, json.Unmarshal(content, &answer))
	return status, answer.Message
}

func (a api) request(t *testing.T, method, path string, body object) (status int, content []byte) {
	t.Helper()
	sent, err := json.Marshal(body)
	require.NoError(t, err)
	return a.send(t, method, path, "application/json", sent)
}

func (a api) send(t *testing.T, method, path, contentType string, body []byte) (status int, content []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, a.server+path, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", contentType)
	response, err := a.client.Do(request)
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	content, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, content
}

// takenOver makes sure that what the probe in the program has tried has failed in every pod, and that it succeeds where
// nothing confines it, since it would prove nothing otherwise.
func takenOver(t *testing.T, e *environment) {
	outputs := current(t, e)
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("secret"), 0o600))
	control := exec.CommandContext(t.Context(), "docker", "run", "--rm", "--user", "0",
		"--security-opt", "no-new-privileges=false", // whatever the engine's own default is
		"--volume", token+":/var/run/secrets/kubernetes.io/serviceaccount/token:ro",
		outputs["image"].Value.(string), "-h")
	printed, err := control.Output()
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"write to /": "", "read the token": "", "become root": "", "gain privileges": "", "open a raw socket": "",
	}, attempts(printed))

	cluster := newAPI(t, outputs["kubeconfig"].Value.(string))
	namespace := outputs["namespace"].Value.(string)
	pods := cluster.pods(t, namespace)
	require.NotEmpty(t, pods)
	for _, p := range pods {
		_, printed := cluster.request(t, http.MethodGet, "/api/v1/namespaces/"+namespace+"/pods/"+p.Metadata.Name+"/log", nil)
		assert.Equal(t, map[string]string{
			"write to /":        "open /probe: read-only file system",
			"read the token":    "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory",
			"become root":       "operation not permitted",
			"gain privileges":   "no_new_privs is set",
			"open a raw socket": "operation not permitted",
		}, attempts(printed), p.Metadata.Name)
	}
}

// attempts are those of the probe in what a process has printed, each with the failure that it met.
func attempts(printed []byte) map[string]string {
	found := map[string]string{}
	for line := range bytes.SplitSeq(printed, []byte("\n")) {
		var attempt struct{ Attempt, Failure string }
		if json.Unmarshal(line, &attempt) == nil && attempt.Attempt != "" {
			found[attempt.Attempt] = attempt.Failure
		}
	}
	return found
}
