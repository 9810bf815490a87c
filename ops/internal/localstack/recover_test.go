package localstack

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
)

func TestImagesThatTheRegistryHasLostAreFound(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status int
		want   []string
		fails  string
	}{
		"held":             {status: http.StatusOK},
		"lost":             {status: http.StatusNotFound, want: []string{"urn:image"}},
		"registry is sick": {status: http.StatusNotImplemented, fails: "docker logs ashapp-backend-registry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			digest := "sha256:" + strings.Repeat("a", 64)
			held := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
				w.Header().Set("Docker-Content-Digest", digest)
				w.Header().Set("Content-Length", "2")
				if r.URL.Path != "/v2/" {
					w.WriteHeader(test.status)
				}
			}))
			t.Cleanup(held.Close)
			f := newFixture(t)
			f.record(t, `{"resources":[{"type":"docker:index/image:Image","id":"app","urn":"urn:image",`+
				`"outputs":{"repoDigest":"`+strings.TrimPrefix(held.URL, "http://")+"/app@"+digest+`"}}]}`)
			urns, err := f.LostImages(t.Context())
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, urns)
		})
	}
}

const (
	stranger = `{"ID":"other","Names":"web","State":"exited","Labels":"ashapp-backend.cluster=theirs"}` + "\n"
	// pendingNode is what Pulumi has recorded of an update that was killed.
	pendingNode = `{"resources":[{"type":"pulumi:pulumi:Stack","urn":"stack"},{"type":"docker:index/network:Network","id":"net1","urn":"network"}],` +
		`"pending_operations":[{"type":"creating","resource":{"urn":"node"}}]}`
	forget = "pulumi stack rm --force --yes --preserve-config --stack dev --non-interactive"
)

func TestRecover(t *testing.T) {
	t.Parallel()

	node := container("running", "Up 1 second (healthy)")
	for name, test := range map[string]struct {
		recorded, containers string
		ownBackend           bool
		rebuilt              bool
		calls                []string // that change something
		said, fails          string
		gone                 string // what is said of it before
	}{
		"nothing is there":                {recorded: "null", containers: stranger},
		"all that is recorded is there":   {recorded: recordedNode, containers: stranger + node},
		"what was begun is not recorded":  {recorded: pendingNode, containers: node, calls: []string{"docker container rm --force --volumes node1"}},
		"a container of another checkout": {recorded: "null", containers: node, fails: "this checkout does not know it"},
		"a container was stopped":         {recorded: recordedNode, containers: container("exited", "Exited (137)"), fails: "is not running (Exited (137)): start it"},
		"a container was removed by hand": {
			recorded: recordedNode, containers: stranger, rebuilt: true,
			calls: []string{"docker container rm --force --volumes node1", "docker network rm net1", forget, "pulumi stack init dev --no-select --non-interactive"},
			said:  "the container ashapp-backend-node of the stack was removed by other means: beginning from nothing\n",
			gone:  "the container ashapp-backend-node of the stack was removed by other means: make up would begin from nothing",
		},
		"a state elsewhere": {recorded: recordedNode, containers: stranger, ownBackend: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, test.recorded)
			f.State.OwnBackend = test.ownBackend
			f.Answers(t, "docker ps --all", test.containers)
			f.Answers(t, "docker container ls", "node1\n")
			f.Answers(t, "docker network ls", "net1\n")
			recorded, err := f.State.Recorded(f.Name)
			require.NoError(t, err)
			containers, err := f.Docker.Containers(t.Context())
			require.NoError(t, err)

			gone, err := f.Gone(t.Context())
			assert.Equal(t, test.gone, gone)
			if test.fails != "" && test.recorded != "null" { // of a stack that is not up, nothing is looked at
				require.ErrorContains(t, err, test.fails)
			} else {
				require.NoError(t, err)
			}
			if test.rebuilt {
				require.NoError(t, os.Remove(pulumifake.SaltFile(f.State.Folder, f.Name)))
				require.NoError(t, os.Remove(pulumifake.Checkpoint(f.State.Folder, f.Name)))
			}
			rebuilt, err := f.Recover(t.Context(), f.pulumi, recorded, containers)
			assert.Equal(t, test.rebuilt, rebuilt)
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, test.calls, f.changes(t))
			assert.Equal(t, test.said, f.said.String())
		})
	}
}

// changes are the calls that change something.
func (f fixture) changes(t *testing.T) (calls []string) {
	t.Helper()
	for _, call := range f.Calls(t, "") {
		if strings.Contains(call, " rm ") || strings.Contains(call, " init ") {
			calls = append(calls, call)
		}
	}
	return calls
}

func TestWhatCannotBeRemovedIsNotForgotten(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Answers(t, "docker container ls", "node1\n")
	f.Fails(t, "docker container rm", "in use")
	require.ErrorContains(t, f.Forget(t.Context(), f.pulumi), "in use")
	assert.Empty(t, f.Calls(t, "pulumi"))
	f.Fails(t, "docker volume ls", "no answer")
	assert.ErrorContains(t, f.RemoveObjects(t.Context()), "no answer")
}

func TestDamagedStateStopsEverything(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, "{")
	_, err := f.Gone(t.Context())
	require.ErrorContains(t, err, "reading the local state")
	_, err = f.LostImages(t.Context())
	require.ErrorContains(t, err, "reading the local state")
	_, err = f.Kubeconfig(t.Context(), f.pulumi)
	require.ErrorContains(t, err, "reading the local state")
	_, err = f.Containers(t.Context())
	require.ErrorContains(t, err, "reading the local state")
	require.ErrorContains(t, f.RememberEngine(t.Context()), "reading the local state")
}

func TestWhatOnlyALocalStackHas(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.Settings.Cluster.Kind = settings.Existing
	gone, errGone := f.Gone(t.Context())
	lost, errLost := f.LostImages(t.Context())
	rebuilt, errRecover := f.Recover(t.Context(), f.pulumi, pulumi.Snapshot{}, nil)
	require.NoError(t, errors.Join(errGone, errLost, errRecover, f.RememberEngine(t.Context()), f.WithNodeLogs(t.Context(), nil)))
	assert.Equal(t, assert.AnError, f.WithNodeLogs(t.Context(), assert.AnError))
	assert.Empty(t, gone)
	assert.Empty(t, lost)
	assert.False(t, rebuilt)
	assert.Empty(t, f.Environment(t.Context()))
	assert.Empty(t, f.Calls(t, ""))
	assert.NoFileExists(t, f.engineFile())
}
