package pulumi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

const deploymentURN = "urn:pulumi:dev::app::ashapp:backend:Backend$kubernetes:apps/v1:Deployment::deployment"

func TestSnapshotOfAnExport(t *testing.T) {
	t.Parallel()

	snapshot, err := pulumi.ParseExport([]byte(`{"version": 3, "deployment": {"resources": [
		{"urn": "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev", "type": "pulumi:pulumi:Stack", "outputs": {"image": "a@b", "replicas": 2}},
		{"urn": "urn:pulumi:dev::app::ashapp:backend:Backend::backend", "type": "ashapp:backend:Backend", "outputs": {"settings": {"replicas": "2", "x": 1}}},
		{"urn": "urn:pulumi:dev::app::kubernetes:core/v1:Namespace::kube-system", "type": "kubernetes:core/v1:Namespace", "external": true},
		{"urn": "urn:pulumi:dev::app::pulumi:providers:kubernetes::kubernetes", "type": "pulumi:providers:kubernetes", "inputs": {}},
		{"urn": "` + deploymentURN + `", "type": "kubernetes:apps/v1:Deployment", "inputs": {"kind": "Deployment"}, "outputs": {"__fieldManager": "pulumi-1"}}
	]}}`))
	require.NoError(t, err)
	assert.Equal(t, pulumi.Snapshot{
		Resources: 5, Backend: map[string]string{"replicas": "2"}, Outputs: map[string]any{"image": "a@b", "replicas": 2.0},
		Objects: map[string]pulumi.Object{
			"deployment": {URN: deploymentURN, Inputs: json.RawMessage(`{"kind": "Deployment"}`), Manager: "pulumi-1"},
		},
	}, snapshot)
	assert.Equal(t, []string{"a@b", "", ""}, []string{snapshot.Text("image"), snapshot.Text("replicas"), snapshot.Text("url")})
}

func TestSnapshotOfAStackThatWasNeverUp(t *testing.T) {
	t.Parallel()

	snapshot, err := pulumi.ParseExport([]byte(`{"version": 3, "deployment": {"manifest": {}}}`))
	require.NoError(t, err)
	assert.Zero(t, snapshot.Resources)
	assert.Empty(t, snapshot.Text("image"))
	_, err = pulumi.ParseExport([]byte("error"))
	assert.ErrorContains(t, err, "reading the exported state")
}

func TestManifestsOfAPreview(t *testing.T) {
	t.Parallel()

	step := func(operation, name, kind string) string {
		return `{"op": "` + operation + `", "urn": "urn:pulumi:dev::app::` + kind + `::` + name + `", "newState": {"type": "` + kind + `", "inputs": {"name": "` + name + `"}}}`
	}
	planned, err := pulumi.ParsePreview([]byte(`{"steps": [` + step("same", "a", "kubernetes:core/v1:Service") + "," +
		step("update", "b", "kubernetes:apps/v1:Deployment") + "," + step("delete-replaced", "c", "kubernetes:core/v1:Service") + "," +
		step("create", "d", "docker:index/image:Image") + `, {"op": "read", "urn": "urn:x::f", "newState": {"type": "kubernetes:core/v1:Namespace", "external": true}}, {"op": "delete", "urn": "urn:x::e", "oldState": {}}]}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]json.RawMessage{"a": json.RawMessage(`{"name": "a"}`), "b": json.RawMessage(`{"name": "b"}`)}, planned)
	_, err = pulumi.ParsePreview([]byte("error"))
	assert.ErrorContains(t, err, "reading what pulumi preview has printed")
}
