package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
)

const resources = `{"resources":[
	{"type":"pulumi:pulumi:Stack","urn":"urn:stack"},
	{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::cluster-identity","outputs":{"output":"uid-1"}},
	{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::pki","outputs":{"output":"other"}},
	{"type":"pulumi:index:Stash","urn":"urn:pulumi:dev::p::pulumi:index:Stash::other-cluster-identity","outputs":{"output":"other"}},
	{"type":"other:index:Stash","urn":"urn:pulumi:dev::p::other:index:Stash::cluster-identity","outputs":{"output":"other"}},
	{"type":"kubernetes:core/v1:Namespace","urn":"urn:kube-system","external":true,"inputs":{"kind":"Namespace","metadata":{"name":"kube-system"}}},
	{"type":"kubernetes:core/v1:Namespace","urn":"urn:namespace","inputs":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}},"outputs":{"__fieldManager":"pulumi-1"}},
	{"type":"kubernetes:apps/v1:Deployment","urn":"urn:old","delete":true,"inputs":{"kind":"Deployment"}},
	{"type":"kubernetes:apps/v1:Deployment","urn":"urn:deployment","inputs":{"kind":"Deployment","metadata":{"name":"b","namespace":"a"}},"outputs":{"__fieldManager":"pulumi-2"}}
]}`

func TestStateTellsObjectsAndIdentity(t *testing.T) {
	t.Parallel()

	for name, content := range map[string]string{
		"exported":     `{"version":3,"deployment":` + resources + `}`,
		"a local file": `{"version":3,"checkpoint":{"stack":"dev","latest":` + resources + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			state, err := cluster.ReadState([]byte(content))
			require.NoError(t, err)
			assert.Equal(t, "uid-1", state.Identity)
			require.Len(t, state.Objects, 2, "what is only read, or to be deleted, is not the stack's")
			assert.Equal(t, []string{"urn:namespace", "urn:deployment"}, []string{state.Objects[0].URN, state.Objects[1].URN})
			assert.Equal(t, []string{"Namespace a", "Deployment a/b"},
				[]string{cluster.NameOf(state.Objects[0].Manifest), cluster.NameOf(state.Objects[1].Manifest)})
			assert.Equal(t, []string{"pulumi-1", "pulumi-2"}, []string{state.Objects[0].Manager, state.Objects[1].Manager})
		})
	}
}

func TestStateOfNothing(t *testing.T) {
	t.Parallel()

	for _, content := range []string{"", `{"version":3,"deployment":null}`, `{"version":3,"checkpoint":{"latest":null}}`} {
		state, err := cluster.ReadState([]byte(content))
		require.NoError(t, err, content)
		assert.Equal(t, cluster.State{}, state, content)
	}
	_, err := cluster.ReadState([]byte("{"))
	assert.ErrorContains(t, err, "reading the stack's state: ")
}
