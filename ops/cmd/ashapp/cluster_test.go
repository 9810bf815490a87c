package main

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

var errUnreachable = errors.New("no such host")

func TestTargetWithoutACluster(t *testing.T) {
	t.Parallel()

	for _, problem := range []error{nil, errUnreachable} {
		none := target{operator: onCluster{err: problem}}
		client, err := none.connect(t.Context())
		assert.Nil(t, client)
		require.ErrorIs(t, err, problem)
		urns, err := none.drifted(t.Context())
		assert.Empty(t, urns)
		require.ErrorIs(t, err, problem)
		require.ErrorIs(t, none.Remove(t.Context(), pulumi.Object{}), problem, "what is on no cluster is removed")
		err = none.Apply(t.Context(), pulumi.Object{})
		if problem != nil {
			require.ErrorIs(t, err, problem)
			continue
		}
		require.EqualError(t, err, "the stack's cluster is not there any more: ashapp up makes it")
	}
}

func TestTargetLeadsToTheCluster(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2", clusterfake.Object("v1", "Service", "a", "b"))
	var applied []clusterfake.Patch
	c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
		applied = append(applied, patch)
		return clusterfake.Object("v1", "Service", "a", "b"), nil
	}
	reached := target{operator: onCluster{cluster: c.Cluster}}
	client, err := reached.connect(t.Context())
	require.NoError(t, err)
	assert.Equal(t, c.Typed, client)
	object := pulumi.Object{Inputs: json.RawMessage(`{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"a","name":"b"}}`), Manager: "pulumi-1"}
	require.NoError(t, reached.Apply(t.Context(), object))
	require.Len(t, applied, 1)
	assert.Equal(t, []string{"pulumi-1", string(object.Inputs)}, []string{applied[0].Options.FieldManager, applied[0].Body})
	require.NoError(t, reached.Remove(t.Context(), object))
	urns, err := target{operator: onCluster{cluster: c.Cluster, objects: []cluster.Object{
		{URN: "urn:b", Manifest: clusterfake.Object("v1", "Service", "a", "b")},
	}}}.drifted(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"urn:b"}, urns, "it was removed")
}

// What somebody has added stays, so that it is nothing to put back; an object that differs twice is put back once.
func TestWhatIsToBePutBack(t *testing.T) {
	t.Parallel()

	live := clusterfake.Object("v1", "Service", "a", "b")
	live.Object["spec"] = map[string]any{"x": "1", "y": "1"}
	fields := &metav1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:labels":{"f:team":{},"f:cattle.io/x":{}}}}`)}
	live.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "person", FieldsV1: fields}, {Manager: "controller", FieldsV1: fields}})
	c := clusterfake.New("here", "v1.34.2", live, clusterfake.Object("v1", "Service", "a", "c"))
	c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
		wanted := clusterfake.Object("v1", "Service", "a", patch.Name)
		if patch.Name == "b" {
			wanted.Object["spec"] = map[string]any{"x": "2", "y": "2"}
		}
		return wanted, nil
	}
	objects := []cluster.Object{
		{URN: "urn:b", Manifest: clusterfake.Object("v1", "Service", "a", "b")}, {URN: "urn:c", Manifest: clusterfake.Object("v1", "Service", "a", "c")},
	}
	reached := target{operator: onCluster{cluster: c.Cluster, objects: objects}, settings: settings.Cluster{
		IgnoredKeys: "cattle.io/*", IgnoredManagers: "controller",
	}}
	urns, err := reached.drifted(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"urn:b"}, urns)
	report, err := reached.differences(t.Context())
	require.NoError(t, err)
	foreign := 0
	for _, difference := range report.Differences {
		if difference.Foreign {
			foreign++
			assert.Equal(t, ".metadata.labels.team was set by person", difference.Message)
		}
	}
	assert.Equal(t, 1, foreign)

	_, err = target{operator: onCluster{cluster: c.Cluster, unread: errUnreachable}}.drifted(t.Context())
	assert.ErrorIs(t, err, errUnreachable)
}
