//go:build e2e

package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// change is what somebody else does to an object of the stack, and what is reported of it.
type change struct{ path, patch, reported string }

// changes are one for each kind of object.
func changes() []change {
	const namespace, name = "ashapp-backend", "ashapp-backend"
	in := func(api, kind string) string { return api + "/namespaces/" + namespace + "/" + kind + "/" }
	return []change{
		{in("/apis/apps/v1", "deployments") + name, `[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"localhost/other:1"}]`, ".spec.template.spec.containers[0].image is localhost/other:1 and must be "},
		{in("/api/v1", "services") + name, `[{"op":"replace","path":"/spec/ports/0/port","value":81}]`, "Service ashapp-backend/ashapp-backend: "},
		{in("/api/v1", "serviceaccounts") + name, `[{"op":"replace","path":"/automountServiceAccountToken","value":true}]`, ".automountServiceAccountToken is true and must be false"},
		{in("/apis/networking.k8s.io/v1", "networkpolicies") + name, `[{"op":"replace","path":"/spec/ingress","value":[]}]`, "NetworkPolicy ashapp-backend/ashapp-backend: "},
		{in("/apis/networking.k8s.io/v1", "networkpolicies") + "default-deny", `[{"op":"replace","path":"/spec/policyTypes","value":["Ingress"]}]`, "NetworkPolicy ashapp-backend/default-deny: "},
		{in("/apis/policy/v1", "poddisruptionbudgets") + name, `[{"op":"replace","path":"/spec/maxUnavailable","value":2}]`, ".spec.maxUnavailable is 2 and must be 1"},
		{in("/apis/autoscaling/v2", "horizontalpodautoscalers") + name, `[{"op":"replace","path":"/spec/maxReplicas","value":9}]`, ".spec.maxReplicas is 9 and must be 4"},
		{"/api/v1/namespaces/" + namespace, `[{"op":"replace","path":"/metadata/labels/pod-security.kubernetes.io~1enforce","value":"baseline"}]`, ".metadata.labels.pod-security.kubernetes.io/enforce is baseline and must be restricted"},
		{"/api/v1/namespaces/kube-public/configmaps/local-registry-hosting", `[{"op":"replace","path":"/data/localRegistryHosting.v1","value":"x"}]`, ".data.localRegistryHosting.v1 is x and must be "},
	}
}

// patch changes an object as kubectl patch does, under a name that is not the stack's.
func (a api) patch(t *testing.T, path, patch string) {
	t.Helper()
	status, answer := a.send(t, http.MethodPatch, path+"?fieldManager=somebody", "application/json-patch+json", []byte(patch))
	require.Equal(t, http.StatusOK, status, "%s: %s", path, answer)
}

// drifts changes every kind of object by other means: that is reported, and put back by the next deployment. What kubectl and
// clusters note on objects is neither.
func (e *environment) drifts(t *testing.T) {
	t.Helper()
	e.set(t, "image", map[string]any{"ref": e.image(t), "tagCommit": nil}) // what the rollback has left
	e.set(t, "backend", map[string]any{"maxReplicas": 4, "greeting": firstGreeting})
	printed, err := e.make(t, "up")
	require.NoError(t, err, printed)
	printed, err = e.make(t, "drift")
	require.NoError(t, err, printed)
	cluster := newAPI(t, e.kubeconfig(t))
	for _, c := range changes() {
		cluster.patch(t, c.path, c.patch)
	}
	cluster.patch(t, "/api/v1/namespaces/ashapp-backend", `[{"op":"add","path":"/metadata/annotations/field.cattle.io~1projectId","value":"p"}]`)
	for range 2 { // it changes neither cluster nor state
		printed, err = e.make(t, "drift")
		require.Error(t, err)
		for _, c := range changes() {
			assert.Contains(t, printed, c.reported, c.path)
		}
		assert.NotContains(t, printed, "cattle.io")
	}
	printed, err = e.make(t, "deploy")
	require.NoError(t, err, printed)
	printed, err = e.make(t, "drift")
	require.NoError(t, err, printed)
}

// loses deletes objects by other means: make up makes them again, with what goes with a Namespace.
func (e *environment) loses(t *testing.T, url string) {
	t.Helper()
	cluster, namespace := newAPI(t, e.kubeconfig(t)), "/api/v1/namespaces/ashapp-backend"
	for _, path := range []string{
		"/apis/policy/v1/namespaces/ashapp-backend/poddisruptionbudgets/ashapp-backend", "/apis/apps/v1/namespaces/ashapp-backend/deployments/ashapp-backend",
		namespace + "/services/ashapp-backend", namespace,
	} {
		status, answer := cluster.request(t, http.MethodDelete, path, object{"propagationPolicy": "Background"})
		require.Equal(t, http.StatusOK, status, "%s: %s", path, answer)
		printed, err := e.make(t, "up")
		require.NoError(t, err, printed)
		assert.Contains(t, printed, "removed by other means, and made again: ", path)
		assert.Contains(t, printed, " ashapp-backend", path)
		status, answer = cluster.request(t, http.MethodGet, path, nil)
		assert.Equal(t, http.StatusOK, status, "%s: %s", path, answer)
		assertGreets(t, url, firstGreeting)
	}
	printed, err := e.make(t, "drift")
	require.NoError(t, err, printed)
}
