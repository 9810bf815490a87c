package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

// stateWith is a state with a Namespace, and with a Deployment that has a manifest.
func stateWith(t *testing.T, deployment string) pulumi.Snapshot {
	t.Helper()
	state := pulumi.State{Project: pulumifake.Project, Folder: t.TempDir()}
	pulumifake.Record(t, state.Folder, "dev", `{"resources":[
		{"type":"kubernetes:core/v1:Namespace","urn":"urn:namespace","inputs":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}},"outputs":{"__fieldManager":"pulumi-1"}},
		{"type":"kubernetes:apps/v1:Deployment","urn":"urn:deployment","inputs":`+deployment+`,"outputs":{"__fieldManager":"pulumi-2"}}
	]}`)
	snapshot, err := state.Recorded("dev")
	require.NoError(t, err)
	return snapshot
}

func TestObjectsOfAState(t *testing.T) {
	t.Parallel()

	objects, err := cluster.ObjectsOf(stateWith(t, `{"kind":"Deployment","metadata":{"name":"b","namespace":"a"}}`))
	require.NoError(t, err)
	require.Len(t, objects, 2)
	assert.Equal(t, []string{"urn:namespace", "urn:deployment"}, []string{objects[0].URN, objects[1].URN})
	assert.Equal(t, []string{"Namespace a", "Deployment a/b"}, []string{cluster.NameOf(objects[0].Manifest), cluster.NameOf(objects[1].Manifest)})
	assert.Equal(t, []string{"pulumi-1", "pulumi-2"}, []string{objects[0].Manager, objects[1].Manager})

	_, err = cluster.ObjectsOf(stateWith(t, `[]`))
	assert.ErrorContains(t, err, "reading the manifest of urn:deployment in the stack's state: ")
}
