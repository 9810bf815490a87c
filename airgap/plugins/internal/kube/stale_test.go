package kube_test

import (
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// An API server may show a watch what was there before the update.
func TestUpdateIsNotFooledByAnOlderState(t *testing.T) {
	t.Parallel()
	old := manifest("apps/v1", "Deployment", "web", map[string]any{
		"spec": map[string]any{"replicas": int64(1)},
		"status": map[string]any{"observedGeneration": int64(1), "conditions": []any{
			map[string]any{"type": "Available", "status": "True"},
			map[string]any{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
		}},
	})
	old.SetNamespace("probe")
	old.SetGeneration(1)
	old.SetUID("d")
	old.SetAnnotations(map[string]string{"deployment.kubernetes.io/revision": "1"})
	updated := old.DeepCopy()
	updated.SetGeneration(2)
	provider := start(t, holding(old), holding(around(t, old)...),
		answering(func(*unstructured.Unstructured, bool) (*unstructured.Unstructured, *metav1.Status) {
			return updated, nil
		}))
	failed := make(chan error, 1)
	go func() {
		_, err := provider.client.Update(t.Context(), &pulumirpc.UpdateRequest{
			Id: "probe/web", Urn: urn("kubernetes:apps/v1:Deployment"), Timeout: 1,
			Olds: structOf(t, old.Object), News: structOf(t, old.Object),
		})
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(provider.api.Applied()) > 0 }, 30*time.Second, time.Millisecond)
	provider.api.Put(t, old)
	provider.api.Put(t, old) // whichever of the two came before the update is overtaken
	require.ErrorContains(t, <-failed, "timed out waiting to be Ready")
}
