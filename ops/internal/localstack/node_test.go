package localstack

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNode(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		containers, want, problem string
		foreign                   bool
	}{
		"well":    {container("running", "Up 5 minutes (healthy)"), "ashapp-backend-node (Up 5 minutes (healthy))", "", false},
		"stopped": {container("exited", "Exited (1)"), "ashapp-backend-node (Exited (1))", "is not running (Exited (1)): start it", false},
		"paused": {container("paused", "Up 5 minutes (Paused)"), "ashapp-backend-node (Up 5 minutes (Paused))",
			"is paused: let it go on (docker unpause ashapp-backend-node)", false},
		"not healthy": {container("running", "Up 5 minutes (unhealthy)"), "ashapp-backend-node (Up 5 minutes (unhealthy))",
			"it is not healthy: see what it says (docker logs ashapp-backend-node)", false},
		"not there":          {"", "", "the node ashapp-backend-node is not there: ashapp up", false},
		"another checkout's": {container("running", "Up (healthy)"), "ashapp-backend-node (Up (healthy))", "this checkout does not know it", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			if !test.foreign {
				f.record(t, recordedNode)
			}
			f.Answers(t, "docker ps --all", test.containers)
			node, err := f.Node(t.Context())
			assert.Equal(t, test.want, node)
			if test.problem == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.problem)
		})
	}
}

func TestNodeOfAnEngineThatDoesNotRun(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Fails(t, "docker ps --all", "Cannot connect to the Docker daemon")
	_, err := f.Node(t.Context())
	assert.ErrorContains(t, err, "the Docker engine does not run")
}

// The state elsewhere is not read for this: the container is known to be the stack's by its label.
func TestNodeOfAStackWithABackendOfItsOwn(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.State.OwnBackend = true
	f.Answers(t, "docker ps --all", container("running", "Up (healthy)"))
	_, err := f.Node(t.Context())
	assert.NoError(t, err)
}

func TestFailedUpShowsWhatTheNodeSaidLast(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Answers(t, "docker ps --all", container("running", "Up 1 second (health: starting)"))
	f.Answers(t, "docker logs --tail", "kubelet: no space left\n")
	err := f.WithNodeLogs(t.Context(), assert.AnError)
	require.ErrorIs(t, err, assert.AnError)
	assert.ErrorContains(t, err, "the node ashapp-backend-node is not healthy (Up 1 second (health: starting)), its last lines are:\nkubelet: no space left")

	f.Answers(t, "docker ps --all", container("running", "Up 1 second (healthy)"))
	assert.Equal(t, assert.AnError, f.WithNodeLogs(t.Context(), assert.AnError), "a healthy node has nothing to do with it")
}
