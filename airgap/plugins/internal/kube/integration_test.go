//go:build integration

package kube_test

import (
	"context"
	"os"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

// cluster is the environment variable with the path of a kubeconfig for a
// cluster that tests may write to, in a namespace of their own.
const cluster = "ASHAPP_KUBECONFIG"

// realCluster is a provider on a real cluster, and a namespace in it that lives as
// long as the test.
type realCluster struct {
	client    pulumirpc.ResourceProviderClient
	namespace string
}

func startReal(t *testing.T) realCluster {
	t.Helper()
	path := os.Getenv(cluster)
	if path == "" {
		t.Skipf("set %s to the path of a kubeconfig to run this test against that cluster", cluster)
	}
	provider := start(t, with("kubeconfig", path))
	r := realCluster{client: provider.client}
	checked := r.check(t, "kubernetes:core/v1:Namespace", map[string]any{"apiVersion": "v1", "kind": "Namespace"})
	created, err := r.create(t, "kubernetes:core/v1:Namespace", checked, false)
	require.NoError(t, err)
	r.namespace = created.GetId()
	t.Cleanup(func() {
		_, err := r.client.Delete(context.WithoutCancel(t.Context()), &pulumirpc.DeleteRequest{
			Id: created.GetId(), Properties: created.GetProperties(), Timeout: 60,
		})
		assert.NoError(t, err)
	})
	return r
}

func (r realCluster) check(t *testing.T, token string, inputs map[string]any) *structpb.Struct {
	t.Helper()
	response, err := r.client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn(token), News: structOf(t, inputs)})
	require.NoError(t, err)
	require.Empty(t, response.GetFailures())
	return response.GetInputs()
}

func (r realCluster) create(t *testing.T, token string, inputs *structpb.Struct, preview bool) (*pulumirpc.CreateResponse, error) {
	t.Helper()
	return r.client.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urn(token), Properties: inputs, Preview: preview, Timeout: 60,
	})
}

// apply checks and creates an object in the namespace.
func (r realCluster) apply(t *testing.T, token string, inputs map[string]any) (*pulumirpc.CreateResponse, error) {
	t.Helper()
	inputs["metadata"] = map[string]any{"namespace": r.namespace}
	return r.create(t, token, r.check(t, token, inputs), false)
}

func TestRealLifeOfAConfigMap(t *testing.T) {
	t.Parallel()
	r := startReal(t)
	const token = "kubernetes:core/v1:ConfigMap"
	inputs := r.check(t, token, map[string]any{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"namespace": r.namespace}, "data": map[string]any{"greeting": "hi"}})
	preview, err := r.create(t, token, inputs, true)
	require.NoError(t, err)
	assert.Empty(t, preview.GetId())
	created, err := r.create(t, token, inputs, false)
	require.NoError(t, err)

	same, err := r.client.Diff(t.Context(), &pulumirpc.DiffRequest{Urn: urn(token), Olds: created.GetProperties(), News: inputs})
	require.NoError(t, err)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, same.GetChanges())

	read, err := r.client.Read(t.Context(), &pulumirpc.ReadRequest{
		Id: created.GetId(), Urn: urn(token), Properties: created.GetProperties(), Inputs: inputs,
	})
	require.NoError(t, err)
	assertSame(t, created.GetProperties(), read.GetProperties())
	assertSame(t, inputs, read.GetInputs())

	_, err = r.client.Delete(t.Context(), &pulumirpc.DeleteRequest{Id: created.GetId(), Properties: created.GetProperties()})
	require.NoError(t, err)
	gone, err := r.client.Read(t.Context(), &pulumirpc.ReadRequest{Id: created.GetId(), Urn: urn(token), Inputs: inputs})
	require.NoError(t, err)
	assert.Empty(t, gone.GetId())
}

func TestRealDeploymentWithoutAnImageNamesPodAndReason(t *testing.T) {
	t.Parallel()
	r := startReal(t)
	labels := map[string]any{"app": "missing"}
	const token = "kubernetes:apps/v1:Deployment"
	inputs := r.check(t, token, map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"namespace": r.namespace},
		"spec": map[string]any{"selector": map[string]any{"matchLabels": labels}, "template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec": map[string]any{"containers": []any{map[string]any{
				"name": "web", "image": "localhost:1/no/such-image:1", "imagePullPolicy": "Never",
			}}},
		}},
	})
	_, err := r.client.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn(token), Properties: inputs, Timeout: 8})
	failed := initFailed(t, err)
	assert.NotEmpty(t, failed.GetId())
	assert.Contains(t, failed.GetReasons()[len(failed.GetReasons())-1], "[ErrImageNeverPull]")
}

func TestRealServerRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	r := startReal(t)
	_, err := r.apply(t, "kubernetes:core/v1:Service", map[string]any{
		"apiVersion": "v1", "kind": "Service", "spec": map[string]any{"ports": []any{map[string]any{"port": 80, "nodePort": 1}}},
	})
	require.ErrorContains(t, err, "was not successfully created by the Kubernetes API server")
}

func TestRealServiceWithoutASelectorIsReadyAtOnce(t *testing.T) {
	t.Parallel()
	r := startReal(t)
	created, err := r.apply(t, "kubernetes:core/v1:Service", map[string]any{
		"apiVersion": "v1", "kind": "Service", "spec": map[string]any{"ports": []any{map[string]any{"port": 80}}},
	})
	require.NoError(t, err)
	spec := created.GetProperties().GetFields()["spec"].GetStructValue().GetFields()
	assert.NotEmpty(t, spec["clusterIP"].GetStringValue(), "outputs are what the server made of the inputs")
}
