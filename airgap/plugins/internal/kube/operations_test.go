package kube_test

import (
	"net/http"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/apitest"
)

func configMap() *unstructured.Unstructured {
	object := manifest("v1", "ConfigMap", "web", map[string]any{"data": map[string]any{"a": "b"}})
	object.SetNamespace("probe")
	return object
}

func creationOf(t *testing.T, object *unstructured.Unstructured) *pulumirpc.CreateRequest {
	t.Helper()
	return &pulumirpc.CreateRequest{
		Urn: urn("kubernetes:core/v1:" + object.GetKind()), Properties: structOf(t, object.Object),
	}
}

func TestPreviewsAskTheServerAndStoreNothing(t *testing.T) {
	t.Parallel()
	provider := start(t)
	request := creationOf(t, configMap())
	request.Preview = true
	response, err := provider.client.Create(t.Context(), request)
	require.NoError(t, err)
	assert.Empty(t, response.GetId())
	assert.NotNil(t, response.GetProperties().GetFields()["__inputs"])
	require.Len(t, provider.api.Applied(), 1)
	assert.True(t, provider.api.Applied()[0].DryRun)
	read, err := provider.client.Read(t.Context(), &pulumirpc.ReadRequest{Id: "probe/web", Urn: request.GetUrn()})
	require.NoError(t, err)
	assert.Empty(t, read.GetId(), "nothing was created")
}

func TestPreviewsPromiseNoStatus(t *testing.T) {
	t.Parallel()
	made := configMap()
	made.Object["status"] = map[string]any{"phase": "Active"}
	provider := start(t, answering(func(*unstructured.Unstructured, bool) (*unstructured.Unstructured, *metav1.Status) {
		return made, nil
	}))
	request := creationOf(t, configMap())
	for _, preview := range []bool{true, false} {
		request.Preview = preview
		response, err := provider.client.Create(t.Context(), request)
		require.NoError(t, err)
		_, promised := response.GetProperties().GetFields()["status"]
		assert.Equal(t, !preview, promised)
	}
}

func TestPreviewsWorkWithoutACluster(t *testing.T) {
	t.Parallel()
	for name, kubeconfig := range map[string]string{"unknown": unknown, "unreachable": kubeconfigOf("http://127.0.0.1:1")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := start(t, with("kubeconfig", kubeconfig))
			request := creationOf(t, configMap())
			request.Preview = true
			response, err := provider.client.Create(t.Context(), request)
			require.NoError(t, err)
			assertSame(t, request.GetProperties(), response.GetProperties())
			request.Preview = false
			_, err = provider.client.Create(t.Context(), request)
			require.ErrorContains(t, err, "configured Kubernetes cluster is unreachable")
		})
	}
}

func TestUnreachableClusters(t *testing.T) {
	t.Parallel()
	lost := with("kubeconfig", kubeconfigOf("http://127.0.0.1:1"))
	state := structOf(t, map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "web"}})
	read := &pulumirpc.ReadRequest{Id: "web", Urn: urn("kubernetes:core/v1:ConfigMap"), Properties: state}
	remove := &pulumirpc.DeleteRequest{Id: "web", Urn: read.GetUrn(), Properties: state}

	t.Run("are an error that says what to do", func(t *testing.T) {
		t.Parallel()
		provider := start(t, lost)
		_, err := provider.client.Read(t.Context(), read)
		require.ErrorContains(t, err, "PULUMI_K8S_DELETE_UNREACHABLE")
		_, err = provider.client.Delete(t.Context(), remove)
		require.ErrorContains(t, err, "PULUMI_K8S_DELETE_UNREACHABLE")
		assert.Contains(t, provider.lines.get()[0], "diagnostic: configured Kubernetes cluster is unreachable")
	})
	t.Run("count as deleted with deleteUnreachable", func(t *testing.T) {
		t.Parallel()
		provider := start(t, lost, with("deleteUnreachable", "true"))
		response, err := provider.client.Read(t.Context(), read)
		require.NoError(t, err)
		assert.Empty(t, response.GetId())
		_, err = provider.client.Delete(t.Context(), remove)
		require.NoError(t, err)
	})
	t.Run("are left alone with skipUpdateUnreachable", func(t *testing.T) {
		t.Parallel()
		provider := start(t, lost, with("skipUpdateUnreachable", "true"))
		response, err := provider.client.Read(t.Context(), read)
		require.NoError(t, err)
		assertSame(t, state, response.GetProperties())
		checked, err := provider.client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: read.GetUrn(), Olds: state})
		require.NoError(t, err)
		assertSame(t, state, checked.GetInputs())
	})
}

func TestDeleteSucceedsForWhatIsGone(t *testing.T) {
	t.Parallel()
	provider := start(t)
	for _, kind := range []string{"ConfigMap", "KindWithoutDefinition"} {
		_, err := provider.client.Delete(t.Context(), &pulumirpc.DeleteRequest{
			Id: "probe/web", Properties: structOf(t, manifest("v1", kind, "web", nil).Object),
		})
		require.NoError(t, err)
	}
}

func TestDeleteThatTakesTooLongNamesTheFinalizers(t *testing.T) {
	t.Parallel()
	held := configMap()
	held.SetFinalizers([]string{"example.com/keep"})
	provider := start(t, holding(held))
	_, err := provider.client.Delete(t.Context(), &pulumirpc.DeleteRequest{
		Id: "probe/web", Properties: structOf(t, configMap().Object), Timeout: 0.3,
	})
	require.ErrorContains(t, err, "finalizers: example.com/keep")
}

func TestCancelEndsAWaitAndKeepsWhatExists(t *testing.T) {
	t.Parallel()
	service := manifest("v1", "Service", "web", map[string]any{
		"spec": map[string]any{"selector": map[string]any{"app": "web"}, "clusterIP": "10.0.0.1"},
	})
	service.SetNamespace("probe")
	provider := start(t, holding(endpointSlice(service, false)))
	failed := make(chan error, 1)
	go func() {
		_, err := provider.client.Create(t.Context(), creationOf(t, service))
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(provider.api.Applied()) > 0 }, 30*time.Second, 10*time.Millisecond)
	_, err := provider.client.Cancel(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	err = <-failed
	require.ErrorContains(t, err, `Resource operation was cancelled for "web"`)
	assert.Equal(t, "probe/web", initFailed(t, err).GetId())
}

func TestConflictsSayWhatToDo(t *testing.T) {
	t.Parallel()
	provider := start(t, answering(func(*unstructured.Unstructured, bool) (*unstructured.Unstructured, *metav1.Status) {
		return nil, apitest.Failure(http.StatusConflict, metav1.StatusReasonConflict, "conflict with \"kubectl\"")
	}))
	_, err := provider.client.Create(t.Context(), creationOf(t, configMap()))
	require.ErrorContains(t, err, "server-side apply field conflict detected")
	require.ErrorContains(t, err, `conflict with "kubectl"`)
	assert.Equal(t, "false", provider.api.Applied()[0].Force)
}

func TestPatchForceTakesFields(t *testing.T) {
	t.Parallel()
	provider := start(t)
	object := configMap()
	object.SetAnnotations(map[string]string{"pulumi.com/patchForce": "true", "pulumi.com/patchFieldManager": "me"})
	_, err := provider.client.Create(t.Context(), creationOf(t, object))
	require.NoError(t, err)
	applied := provider.api.Applied()[0]
	assert.Equal(t, "true", applied.Force)
	assert.Equal(t, "me", applied.FieldManager)
}

func TestImportReturnsWhatAProgramCouldHaveAskedFor(t *testing.T) {
	t.Parallel()
	object := configMap()
	object.SetUID("u")
	object.Object["status"] = map[string]any{"x": "y"}
	provider := start(t, holding(object))
	response, err := provider.client.Read(t.Context(), &pulumirpc.ReadRequest{
		Id: "probe/web", Urn: urn("kubernetes:core/v1:ConfigMap"),
	})
	require.NoError(t, err)
	want := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"a": "b"},
		"metadata": map[string]any{"name": "web", "namespace": "probe"}}
	assertSame(t, structOf(t, want), response.GetInputs())
}

func TestUpdateLeavesIgnoredFieldsOfOthersOut(t *testing.T) {
	t.Parallel()
	live := configMap()
	live.SetManagedFields([]metav1.ManagedFieldsEntry{
		{Manager: "ours", FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:data":{"f:a":{}}}`)}},
		{Manager: "scaler", FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:data":{"f:b":{}}}`)}},
	})
	live.Object["data"] = map[string]any{"a": "live", "b": "live"}
	provider := start(t, holding(live))
	state := configMap().Object
	state["__fieldManager"] = "ours"
	news := configMap()
	news.Object["data"] = map[string]any{"a": "new", "b": "new", "c": "new"}
	_, err := provider.client.Update(t.Context(), &pulumirpc.UpdateRequest{
		Id: "probe/web", Urn: urn("kubernetes:core/v1:ConfigMap"), Olds: structOf(t, state), News: structOf(t, news.Object),
		IgnoreChanges: []string{"data.a", "data.b"},
	})
	require.NoError(t, err)
	sent, _, err := unstructured.NestedMap(provider.api.Applied()[0].Object.Object, "data")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"a": "live", "c": "new"}, sent)
}

func TestDiffLeavesIgnoredChangesOut(t *testing.T) {
	t.Parallel()
	news := configMap()
	news.Object["data"] = map[string]any{"a": "c"}
	state := configMap().Object
	state["__inputs"] = configMap().Object
	response, err := start(t).client.Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: urn("kubernetes:core/v1:ConfigMap"), Olds: structOf(t, state), News: structOf(t, news.Object),
		IgnoreChanges: []string{"data"},
	})
	require.NoError(t, err)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, response.GetChanges())
}

func TestDeleteBeforeReplaceOnlyWhenTheNameStays(t *testing.T) {
	t.Parallel()
	provider := start(t)
	for name, test := range map[string]struct {
		autonamed bool
		want      bool
	}{"a name of the user": {false, true}, "a name of ours": {true, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, news := configMap(), configMap()
			news.Object["data"] = map[string]any{"a": "c"}
			if test.autonamed {
				annotations := map[string]any{"pulumi.com/autonamed": "true"}
				old.Object["metadata"].(map[string]any)["annotations"] = annotations
				news.Object["metadata"].(map[string]any)["annotations"] = annotations
			}
			state := old.DeepCopy().Object
			state["__inputs"] = old.Object
			response, err := provider.client.Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: urn("kubernetes:core/v1:ConfigMap"), Olds: structOf(t, state), News: structOf(t, news.Object),
			})
			require.NoError(t, err)
			assert.Equal(t, []string{"data.a"}, response.GetReplaces())
			assert.Equal(t, test.want, response.GetDeleteBeforeReplace())
		})
	}
}
