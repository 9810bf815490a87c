package pulumi

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

const deploymentURN = "urn:pulumi:dev::app::ashapp:backend:Backend$kubernetes:apps/v1:Deployment::deployment"

func TestSnapshotOfAnExport(t *testing.T) {
	t.Parallel()

	snapshot, err := parseState([]byte(`{"version": 3, "deployment": {"resources": [
		{"urn": "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev", "type": "pulumi:pulumi:Stack", "outputs": {"image": "a@b", "replicas": 2}},
		{"urn": "urn:pulumi:dev::app::ashapp:backend:Backend::backend", "type": "ashapp:backend:Backend", "outputs": {"settings": {"replicas": "2", "x": 1}}},
		{"urn": "urn:pulumi:dev::app::kubernetes:core/v1:Namespace::kube-system", "type": "kubernetes:core/v1:Namespace", "external": true},
		{"urn": "urn:pulumi:dev::app::pulumi:providers:kubernetes::kubernetes", "type": "pulumi:providers:kubernetes", "inputs": {}},
		{"urn": "` + deploymentURN + `", "type": "kubernetes:apps/v1:Deployment", "inputs": {"kind": "Deployment"}, "outputs": {"__fieldManager": "pulumi-1"}}
	]}}`))
	require.NoError(t, err)
	assert.Equal(t, 5, snapshot.Resources)
	assert.Equal(t, map[string]string{"replicas": "2"}, snapshot.Backend)
	assert.Equal(t, map[string]any{"image": "a@b", "replicas": 2.0}, snapshot.Outputs)
	deployment := Object{URN: deploymentURN, Inputs: json.RawMessage(`{"kind": "Deployment"}`), Manager: "pulumi-1"}
	assert.Equal(t, map[string]Object{"deployment": deployment}, snapshot.Objects)
	assert.Equal(t, []Object{deployment}, snapshot.Ordered())
	assert.Equal(t, []string{"a@b", "", ""}, []string{snapshot.Text("image"), snapshot.Text("replicas"), snapshot.Text("url")})
}

func TestSnapshotOfAStackThatWasNeverUp(t *testing.T) {
	t.Parallel()

	snapshot, err := parseState([]byte(`{"version": 3, "deployment": {"manifest": {}}}`))
	require.NoError(t, err)
	assert.Zero(t, snapshot.Resources)
	assert.Empty(t, snapshot.Text("image"))
	_, err = parseState([]byte("error"))
	assert.Error(t, err)
}

// A state is read the same from Pulumi's file and from what it exports.
func TestStateTellsObjectsAndIdentity(t *testing.T) {
	t.Parallel()

	const resources = `{"resources":[
		{"type":"pulumi:pulumi:Stack","urn":"urn:stack"},
		{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::cluster-identity","outputs":{"output":"uid-1"}},
		{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::pki","outputs":{"output":"other"}},
		{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::other-cluster-identity","outputs":{"output":"other"}},
		{"type":"other:index:Stash","urn":"urn:pulumi:dev::p::other:index:Stash::cluster-identity","outputs":{"output":"other"}},
		{"type":"kubernetes:core/v1:Namespace","urn":"urn:kube-system","external":true,"inputs":{"kind":"Namespace","metadata":{"name":"kube-system"}}},
		{"type":"kubernetes:core/v1:Namespace","urn":"urn:namespace","inputs":{"kind":"Namespace"},"outputs":{"__fieldManager":"pulumi-1"}},
		{"type":"kubernetes:apps/v1:Deployment","urn":"urn:old","delete":true,"inputs":{"kind":"Deployment"}},
		{"type":"kubernetes:apps/v1:Deployment","urn":"urn:deployment","inputs":{"kind":"Deployment"},"outputs":{"__fieldManager":"pulumi-2"}}
	]}`
	for name, content := range map[string]string{
		"exported":     `{"version":3,"deployment":` + resources + `}`,
		"a local file": `{"version":3,"checkpoint":{"stack":"dev","latest":` + resources + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			snapshot, err := parseState([]byte(content))
			require.NoError(t, err)
			assert.Equal(t, "uid-1", snapshot.Identity)
			assert.Equal(t, []Object{
				{URN: "urn:namespace", Inputs: json.RawMessage(`{"kind":"Namespace"}`), Manager: "pulumi-1"},
				{URN: "urn:deployment", Inputs: json.RawMessage(`{"kind":"Deployment"}`), Manager: "pulumi-2"},
			}, snapshot.Ordered(), "what is only read, or to be deleted, is not the stack's")
		})
	}
}

func TestStateOfNothing(t *testing.T) {
	t.Parallel()

	for _, content := range []string{`{"version":3,"deployment":null}`, `{"version":3,"checkpoint":{"latest":null}}`} {
		snapshot, err := parseState([]byte(content))
		require.NoError(t, err, content)
		assert.True(t, snapshot.Empty(), content)
		assert.Empty(t, snapshot.Ordered(), content)
	}
	s := State{Project: pulumifake.Project, Folder: t.TempDir()}
	snapshot, err := s.Recorded("dev")
	require.NoError(t, err, "there is no file")
	assert.True(t, snapshot.Empty())
	require.EqualError(t, s.IsUp("dev"), "the stack dev is not up: make up")
	s.OwnBackend = true
	assert.NoError(t, s.IsUp("dev"), "only its backend could tell")
}

func TestDamagedStateIsNamed(t *testing.T) {
	t.Parallel()

	s := State{Project: pulumifake.Project, Folder: t.TempDir()}
	pulumifake.Record(t, s.Folder, "dev", "{")
	_, err := s.Recorded("dev")
	require.ErrorContains(t, err, "reading the local state "+pulumifake.Checkpoint(s.Folder, "dev"))
	assert.ErrorContains(t, s.IsUp("dev"), "reading the local state")
}

func TestManifestsOfAPreview(t *testing.T) {
	t.Parallel()

	step := func(operation, name, kind string) string {
		return `{"op": "` + operation + `", "urn": "urn:pulumi:dev::app::` + kind + `::` + name + `", "newState": {"type": "` + kind + `", "inputs": {"name": "` + name + `"}}}`
	}
	planned, err := parsePreview([]byte(`{"steps": [` + step("same", "a", "kubernetes:core/v1:Service") + "," +
		step("update", "b", "kubernetes:apps/v1:Deployment") + "," + step("delete-replaced", "c", "kubernetes:core/v1:Service") + "," +
		step("create", "d", "docker:index/image:Image") + `, {"op": "read", "urn": "urn:x::f", "newState": {"type": "kubernetes:core/v1:Namespace", "external": true}}, {"op": "delete", "urn": "urn:x::e", "oldState": {}}]}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]json.RawMessage{"a": json.RawMessage(`{"name": "a"}`), "b": json.RawMessage(`{"name": "b"}`)}, planned)
	_, err = parsePreview([]byte("error"))
	assert.ErrorContains(t, err, "reading what pulumi preview has printed")
}
