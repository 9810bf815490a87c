package ready_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/ready"
)

var resources = map[string]schema.GroupVersionResource{
	"ReplicaSet":    {Group: "apps", Version: "v1", Resource: "replicasets"},
	"Pod":           {Version: "v1", Resource: "pods"},
	"EndpointSlice": {Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"},
	"StorageClass":  {Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"},
}

func parse(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	require.NoError(t, yaml.Unmarshal([]byte(manifest), &object.Object))
	return object
}

// judge returns the verdict on the first manifest among the others.
func judge(t *testing.T, settled bool, manifests ...string) ready.Verdict {
	t.Helper()
	snapshot := ready.Snapshot{
		Object:  parse(t, manifests[0]),
		Related: map[schema.GroupVersionResource][]*unstructured.Unstructured{},
		Settled: settled,
	}
	for _, manifest := range manifests[1:] {
		object := parse(t, manifest)
		resource := resources[object.GetKind()]
		snapshot.Related[resource] = append(snapshot.Related[resource], object)
	}
	rule, exists := ready.For(snapshot.Object.GroupVersionKind())
	require.True(t, exists)
	for resource := range snapshot.Related {
		require.Contains(t, rule.Related, resource, "the rule must ask for what it is shown")
	}
	verdict, err := rule.Judge(snapshot)
	require.NoError(t, err)
	return verdict
}

func TestKindsWithoutARuleAreReadyWhenTheyExist(t *testing.T) {
	t.Parallel()
	for _, kind := range []schema.GroupVersionKind{
		{Version: "v1", Kind: "ConfigMap"}, {Version: "v1", Kind: "Namespace"}, {Group: "example.com", Version: "v1", Kind: "Service"},
	} {
		_, exists := ready.For(kind)
		assert.False(t, exists, kind)
	}
}

func TestAWrongTypeIsAnErrorAndNotAVerdict(t *testing.T) {
	t.Parallel()
	object := parse(t, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: text}")
	rule, _ := ready.For(object.GroupVersionKind())
	_, err := rule.Judge(ready.Snapshot{Object: object})
	require.ErrorContains(t, err, `reading the Deployment "web"`)
}
