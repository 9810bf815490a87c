//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// network asks the probes in the pods who reaches whom: those of the backend, and a pod in each of two other namespaces.
func network(t *testing.T, e *environment) {
	outputs := current(t, e)
	cluster := newAPI(t, outputs["kubeconfig"].Value.(string))
	namespace := outputs["namespace"].Value.(string)
	cluster.visit(t, namespace, "monitoring")
	cluster.visit(t, namespace, "strangers")
	service, stranger := "ashapp-backend."+namespace+".svc.cluster.local", cluster.address(t, "strangers")

	cluster.finds(t, "strangers", service+":80", "reached") // by its name, as every client in the cluster
	cluster.finds(t, "monitoring", cluster.address(t, namespace)+":9090", "refused")
	cluster.finds(t, namespace, service+":80", "not known")
	cluster.finds(t, namespace, stranger+":5000", "refused")
	cluster.finds(t, "monitoring", stranger+":5000", "reached") // so that it was not for nobody listening

	e.set(t, "backend", map[string]any{"metricsNamespace": "monitoring", "dnsEgress": true})
	up(t, e)
	backend := cluster.address(t, namespace)
	cluster.finds(t, "monitoring", backend+":9090", "reached")
	cluster.finds(t, "strangers", backend+":9090", "refused")
	cluster.finds(t, "strangers", backend+":5000", "reached")
	cluster.finds(t, namespace, "kubernetes.default.svc.cluster.local:443", "refused") // the name is known, and the way is closed
	cluster.finds(t, namespace, stranger+":5000", "refused")

	e.set(t, "backend", map[string]any{"metricsNamespace": nil, "dnsEgress": nil})
	up(t, e)
	for _, each := range []string{"monitoring", "strangers"} {
		status, content := cluster.request(t, http.MethodDelete, "/api/v1/namespaces/"+each, nil)
		assert.Equal(t, http.StatusOK, status, "%s", content)
	}
}

// visit makes a namespace with a pod that runs the backend's image, and waits until it is ready.
func (a api) visit(t *testing.T, from, namespace string) {
	t.Helper()
	status, content := a.request(t, http.MethodPost, "/api/v1/namespaces", object{"metadata": object{"name": namespace}})
	require.Equal(t, http.StatusCreated, status, "%s", content)
	var deployment struct {
		Spec struct {
			Template struct{ Spec object }
		}
	}
	_, content = a.request(t, http.MethodGet, "/apis/apps/v1/namespaces/"+from+deploymentPath, nil)
	require.NoError(t, json.Unmarshal(content, &deployment))
	spec := deployment.Spec.Template.Spec
	delete(spec, "serviceAccount")
	delete(spec, "serviceAccountName")
	require.EventuallyWithT(t, func(c *assert.CollectT) { // its account is made a moment after the namespace
		status, content := a.request(t, http.MethodPost, "/api/v1/namespaces/"+namespace+"/pods", object{
			"metadata": object{"name": "visitor"}, "spec": spec,
		})
		assert.Equal(c, http.StatusCreated, status, "%s", content)
	}, 10*time.Second, 100*time.Millisecond)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		pods := a.pods(t, namespace)
		assert.True(c, len(pods) == 1 && pods[0].ready())
	}, time.Minute, 100*time.Millisecond)
}

// address is that of a namespace's first pod.
func (a api) address(t *testing.T, namespace string) string {
	t.Helper()
	pods := a.pods(t, namespace)
	require.NotEmpty(t, pods)
	return pods[0].Status.PodIP
}

// finds waits until a namespace's first pod finds an address to be so. Nobody tells when a policy has taken effect.
func (a api) finds(t *testing.T, namespace, address, want string) {
	t.Helper()
	path := "/api/v1/namespaces/" + namespace + "/pods/" + a.pods(t, namespace)[0].Metadata.Name + ":7070/proxy/?address=" + url.QueryEscape(address)
	assert.EventuallyWithT(t, func(c *assert.CollectT) {
		status, content := a.request(t, http.MethodGet, path, nil)
		assert.Equal(c, http.StatusOK, status, "%s", content)
		assert.True(c, strings.HasPrefix(string(content), want+" "), "%s", content)
	}, 20*time.Second, 200*time.Millisecond, "from %s to %s", namespace, address)
}
