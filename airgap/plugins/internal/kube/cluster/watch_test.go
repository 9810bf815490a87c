package cluster_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
)

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

// awaitView returns when the view fulfils the condition; the test's own
// deadline ends it otherwise.
func awaitView(ctx context.Context, t *testing.T, view *cluster.View, fulfilled func() bool) {
	t.Helper()
	for !fulfilled() {
		select {
		case <-view.Changed():
		case <-ctx.Done():
			require.NoError(t, context.Cause(ctx))
		}
	}
}

func pod(namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetGroupVersionKind(schema.GroupVersionKind{Version: "v1", Kind: "Pod"})
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}

func TestViewFollowsTheObjectAndWhatIsAroundIt(t *testing.T) {
	t.Parallel()
	api, reached := connect(t)
	object := widget("u")
	api.Put(t, object)
	api.Put(t, pod("probe", "a"))
	api.Put(t, pod("elsewhere", "b"))
	view, err := reached.Watch(t.Context(), object, []schema.GroupVersionResource{pods})
	require.NoError(t, err)
	awaitView(t.Context(), t, view, func() bool { return view.Object() != nil && len(view.Related()[pods]) == 1 })
	assert.Equal(t, "a", view.Related()[pods][0].GetName(), "only the object's namespace counts")

	changed := widget("u")
	changed.SetLabels(map[string]string{"seen": "true"})
	api.Put(t, changed)
	awaitView(t.Context(), t, view, func() bool { return view.Object().GetLabels()["seen"] == "true" })

	api.Remove(t, object)
	awaitView(t.Context(), t, view, func() bool { return view.Object() == nil })
}

func TestWatchRefusesAKindThatTheServerDoesNotHave(t *testing.T) {
	t.Parallel()
	_, reached := connect(t)
	object := widget("u")
	object.SetKind("Gadget")
	_, err := reached.Watch(t.Context(), object, nil)
	require.ErrorContains(t, err, "Gadget")
}

func TestNamespacedAsksTheServer(t *testing.T) {
	t.Parallel()
	_, reached := connect(t)
	namespaced, err := reached.Namespaced(schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Widget"})
	require.NoError(t, err)
	assert.True(t, namespaced)
	namespaced, err = reached.Namespaced(schema.GroupVersionKind{Version: "v1", Kind: "Namespace"})
	require.NoError(t, err)
	assert.False(t, namespaced)
}
