package stack

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

// What docker ps prints of a running node of the stack, of one that has stopped, and of a container of somebody else.
const (
	runningNode = `{"ID":"node1","Names":"ashapp-backend-node","State":"running","Status":"Up 1 second (healthy)","Labels":"ashapp-backend.cluster=ashapp-backend"}` + "\n"
	stoppedNode = `{"ID":"node1","Names":"ashapp-backend-node","State":"exited","Status":"Exited (137)","Labels":"ashapp-backend.cluster=ashapp-backend"}` + "\n"
	stranger    = `{"ID":"other","Names":"web","State":"exited","Labels":"ashapp-backend.cluster=theirs"}` + "\n"
)

// What Pulumi has recorded.
const (
	recordedNode = `{"resources":[{"type":"pulumi:pulumi:Stack"},{"type":"docker:index/container:Container","id":"node1","outputs":{"name":"ashapp-backend-node"}}]}`
	pendingNode  = `{"resources":[{"type":"pulumi:pulumi:Stack","urn":"stack"},{"type":"docker:index/network:Network","id":"net1","urn":"network"},` +
		`{"type":"docker:index/volume:Volume","id":"data","urn":"volume"}],` +
		`"pending_operations":[{"type":"creating","resource":{"urn":"node"}},{"type":"updating","resource":{"urn":"network"}}]}`
)

const refresh = "pulumi refresh --yes --skip-preview --clear-pending-creates --target network --target stack"

func TestRecover(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		recorded   string
		containers string
		want       []string // calls of Pulumi
		removed    []string
		said       string
		fails      string
	}{
		"nothing is there":                    {recorded: "null"},
		"all that is recorded is there":       {recorded: recordedNode, containers: stranger + runningNode},
		"what was begun is not recorded":      {recorded: pendingNode, containers: stranger + runningNode, removed: []string{"docker container rm --force --volumes node1"}, want: []string{refresh}, said: "the last update was stopped before it could record what it did"},
		"a container was removed by hand":     {recorded: recordedNode, containers: stranger, removed: []string{"docker container rm --force --volumes node1", "docker network rm net1"}, want: []string{"pulumi stack rm --force --yes --preserve-config --stack dev"}, said: "the container ashapp-backend-node of the stack was removed by other means"},
		"a container of another checkout":     {recorded: "null", containers: runningNode, fails: "the container ashapp-backend-node is there and this checkout does not know it"},
		"a container was stopped":             {recorded: recordedNode, containers: stoppedNode, fails: "is not running (Exited (137)): start it (docker start ashapp-backend-node)"},
		"a container was stopped and removed": {recorded: recordedNode, removed: []string{"docker container rm --force --volumes node1", "docker network rm net1"}, want: []string{"pulumi stack rm --force --yes --preserve-config --stack dev"}, said: "beginning from nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, test.recorded)
			f.answers(t, "docker ps --all", test.containers)
			f.answers(t, "docker container ls", "node1\n")
			f.answers(t, "docker network ls", "net1\n")
			p, err := f.prepare(t.Context())
			require.NoError(t, err)

			containers, err := f.docker.Containers(t.Context())
			require.NoError(t, err)
			err = p.recover(t.Context(), containers)
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
			} else {
				require.NoError(t, err)
			}
			assert.ElementsMatch(t, test.want, f.calls(t, "pulumi"))
			assert.ElementsMatch(t, test.removed, append(f.calls(t, "docker container rm"), f.calls(t, "docker network rm")...))
			assert.Contains(t, f.stdout.String(), test.said)
		})
	}
}

func TestRecoverLeavesTheBackendOfTheUserAlone(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, pendingNode)
	f.state.OwnBackend = true
	require.NoError(t, (&session{Stack: f.Stack}).recover(t.Context(), nil))
	assert.Empty(t, f.calls(t, ""))
}

func TestStackThatWasNotCreatedToTheEndIsCreatedAnew(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, "null")
	require.NoError(t, pulumi.Remove(pulumifake.SaltFile(f.state.Folder, f.Name)))
	_, err := f.prepare(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"pulumi stack init dev --no-select"}, f.calls(t, "pulumi"))
}
