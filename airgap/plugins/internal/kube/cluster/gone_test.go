package cluster_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/apitest"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
)

func connect(t *testing.T) (*apitest.Server, *cluster.Cluster) {
	t.Helper()
	api := apitest.New(t, nil)
	config, err := cluster.Access{Kubeconfig: api.Kubeconfig()}.Load()
	require.NoError(t, err)
	reached, err := cluster.Connect(config)
	require.NoError(t, err)
	return api, reached
}

func widget(uid string, finalizers ...string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Widget"})
	object.SetNamespace("probe")
	object.SetName("one")
	object.SetUID(types.UID(uid))
	object.SetFinalizers(finalizers)
	return object
}

func TestAwaitGoneReturnsAtOnceForWhatIsGone(t *testing.T) {
	t.Parallel()
	_, reached := connect(t)
	observed := func(*unstructured.Unstructured) { t.Error("there was nothing to observe") }
	require.NoError(t, reached.AwaitGone(t.Context(), widget("u"), observed))
}

func TestAwaitGoneTakesAnotherObjectOfTheNameForGone(t *testing.T) {
	t.Parallel()
	api, reached := connect(t)
	api.Put(t, widget("new"))
	require.NoError(t, reached.AwaitGone(t.Context(), widget("old"), func(*unstructured.Unstructured) {}))
}

func TestAwaitGoneWaitsForFinalizers(t *testing.T) {
	t.Parallel()
	api, reached := connect(t)
	object := widget("u", "example.com/keep")
	api.Put(t, object)
	require.NoError(t, reached.Delete(t.Context(), object, metav1.DeletePropagationForeground))
	marked := false
	require.NoError(t, reached.AwaitGone(t.Context(), object, func(state *unstructured.Unstructured) {
		if !marked {
			marked = state.GetDeletionTimestamp() != nil
			api.Remove(t, object)
		}
	}))
	assert.True(t, marked, "the wait saw the object before it went")
}

func TestAwaitGoneEndsWithItsContext(t *testing.T) {
	t.Parallel()
	api, reached := connect(t)
	api.Put(t, widget("u"))
	ctx, cancel := context.WithCancelCause(t.Context())
	err := reached.AwaitGone(ctx, widget("u"), func(*unstructured.Unstructured) { cancel(assert.AnError) })
	require.ErrorIs(t, err, assert.AnError)
}
