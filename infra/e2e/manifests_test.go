//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/backend"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// validManifests has the API server judge what every stack declares, as it is committed and with everything switched on: its
// schemas are those that count, and a field that it does not know is an error.
func validManifests(t *testing.T, e *environment) {
	cluster := newAPI(t, current(t, e)["kubeconfig"].Value.(string))
	for _, stack := range []string{"dev", "airgap", "prod"} {
		config, secretKeys, err := settings.ReadStackFile(filepath.Join(root, "Pulumi."+stack+".yaml"))
		require.NoError(t, err)
		s, err := settings.Load(project, config, secretKeys)
		require.NoError(t, err)
		for _, manifest := range manifests(t, s) {
			status, answer := cluster.tryManifest(t, manifest)
			assert.Less(t, status, http.StatusMultipleChoices, "stack %s: %s: %s", stack, manifest["kind"], answer)
		}
	}
	s := settings.Default()
	s.Backend.MaxReplicas, s.Backend.MetricsNamespace, s.Backend.DNSEgress = 5, "monitoring", true
	s.Backend.ServiceType, s.Backend.AppArmorProfile, s.Image.Platform = settings.ClusterIP, "RuntimeDefault", "linux/arm64"
	s.Secrets = map[string]string{"token": "x"}
	s.Backend.Env = map[string]settings.Source{"A": {Secret: "token"}, "B": {FromConfigMap: "a/b"}, "C": {Field: "status.podIP"}}
	s.Backend.Files = map[string]settings.Source{"/a": {Value: "x"}, "/b": {FromSecret: "a/b"}}
	s.Backend.TmpSize, s.Backend.TmpMedium = "16Mi", settings.Memory
	s.Backend.Egress = []settings.Egress{{Peer: settings.Peer{CIDR: "2001:db8::/32"}, Port: 443, Protocol: "TCP"}}
	s.Backend.IngressFrom = []settings.Peer{{Namespace: "ingress"}}
	s.Backend.Labels, s.Backend.Annotations = map[string]string{"a": "b"}, map[string]string{"a": "b"}
	s.Backend.PodAnnotations, s.Backend.ServiceAccountAnnotations = map[string]string{"a": "b"}, map[string]string{"a": "b"}
	s.Backend.NodeSelector = map[string]string{"a": "b"}
	s.Backend.Tolerations = []settings.Toleration{{Key: "a", Value: "b", Effect: "NoExecute"}}
	s.Backend.PriorityClassName, s.Backend.RunAsUser, s.Backend.ImagePullSecrets = "a", "", []string{"a"}
	for _, manifest := range manifests(t, s) {
		status, answer := cluster.tryManifest(t, manifest)
		assert.Less(t, status, http.StatusMultipleChoices, "everything on: %s: %s", manifest["kind"], answer)
		manifest["spce"] = object{}
		status, answer = cluster.tryManifest(t, manifest)
		assert.Equal(t, http.StatusInternalServerError, status, "a misspelled field of %s: %s", manifest["kind"], answer)
		assert.Contains(t, string(answer), "field not declared in schema")
	}
}

// manifests are what the backend component declares for settings.
func manifests(t *testing.T, s settings.Settings) []object {
	t.Helper()
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		_, err := backend.New(ctx, "backend", backend.Args{
			Settings: s.Backend, Secrets: s.Secrets, Image: pulumi.String("registry.test/app@" + recording.Digest), Architecture: s.Image.Architecture(),
		})
		return err
	}, false)
	require.NoError(t, err)
	return recorded.Manifests(t, "ashapp:backend:Backend")
}

// collections are where the API server keeps the objects of each kind.
func collections() map[string]string {
	return map[string]string{
		"Namespace": "/api/v1/namespaces", "ServiceAccount": "/api/v1/namespaces/NAMESPACE/serviceaccounts",
		"Service": "/api/v1/namespaces/NAMESPACE/services", "Deployment": "/apis/apps/v1/namespaces/NAMESPACE/deployments",
		"Secret": "/api/v1/namespaces/NAMESPACE/secrets", "ConfigMap": "/api/v1/namespaces/NAMESPACE/configmaps",
		"NetworkPolicy":           "/apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies",
		"PodDisruptionBudget":     "/apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets",
		"HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/NAMESPACE/horizontalpodautoscalers",
	}
}

// tryManifest asks whether the cluster would take an object, by a server-side apply that is a dry run.
func (a api) tryManifest(t *testing.T, manifest object) (status int, answer []byte) {
	t.Helper()
	collection, known := collections()[manifest["kind"].(string)]
	require.True(t, known, "the test must know where a %s is kept", manifest["kind"])
	metadata := manifest["metadata"].(object)
	if namespace, found := metadata["namespace"].(string); found {
		collection = strings.ReplaceAll(collection, "NAMESPACE", namespace)
	}
	body, err := json.Marshal(manifest)
	require.NoError(t, err)
	return a.send(t, http.MethodPatch, collection+"/"+metadata["name"].(string)+
		"?dryRun=All&fieldManager=trial&force=true&fieldValidation=Strict", "application/apply-patch+yaml", body)
}
