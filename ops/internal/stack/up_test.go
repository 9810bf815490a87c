package stack

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve makes a handler the backend of a stack whose own ports are free.
func (f fixture) serve(t *testing.T, handler http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	f.Settings.Backend.NodePort, err = strconv.Atoi(port)
	require.NoError(t, err)
}

func greet(f fixture) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(f.Settings.Backend.Greeting + "\n"))
	}
}

func TestUpOfAnExistingCluster(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	require.NoError(t, f.Up(t.Context()))
	assert.Equal(t, []string{"pulumi stack init dev --no-select", "pulumi up --yes --skip-preview"}, f.calls(t, ""))
	other := &Stack{state: f.state, tools: fakeTools{}, stderr: f.stderr}
	require.NoError(t, other.choose(t.Context()))
	assert.Equal(t, "dev", other.Name, "the next command takes the same stack")
}

// A release that is being made must not find that everything has changed under it.
func TestUpAndDownHoldTheStack(t *testing.T) {
	t.Parallel()

	locked := errors.New("ann releases")
	for name, operate := range map[string]func(*Stack, context.Context) error{
		"up": (*Stack).Up, "down": func(s *Stack, ctx context.Context) error {
			return s.Down(ctx, func(context.Context, string) error { return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			require.NoError(t, f.Up(t.Context()))
			f.record(t, recordedNode)
			before := f.calls(t, "pulumi")
			f.Hold = func(context.Context, *Operator) (func(), error) { return nil, locked }
			require.ErrorIs(t, operate(f.Stack, t.Context()), locked)
			assert.Equal(t, before, f.calls(t, "pulumi"), "nothing is changed")

			held := 0
			f.Hold = func(_ context.Context, o *Operator) (func(), error) {
				held++
				assert.NotNil(t, o.pulumi)
				return func() { held-- }, nil
			}
			require.NoError(t, operate(f.Stack, t.Context()))
			assert.Greater(t, len(f.calls(t, "pulumi")), len(before))
			assert.Zero(t, held, "it is given back")
		})
	}
}

func TestUpPushesAgainWhatTheRegistryHasLost(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status int
		want   string
		fails  string
	}{
		"held":             {status: http.StatusOK, want: "pulumi up --yes --skip-preview"},
		"lost":             {status: http.StatusNotFound, want: "pulumi up --yes --skip-preview --replace urn:image"},
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
			f.serve(t, greet(f))
			f.record(t, `{"resources":[{"type":"docker:index/image:Image","id":"app","urn":"urn:image",`+
				`"outputs":{"repoDigest":"`+strings.TrimPrefix(held.URL, "http://")+"/app@"+digest+`"}}]}`)
			p, err := f.prepare(t.Context())
			require.NoError(t, err)
			arguments, err := p.update(t.Context())
			if test.fails != "" {
				require.ErrorContains(t, err, test.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, "pulumi "+strings.Join(arguments, " "))
		})
	}
}

func TestUpStopsWithoutAnEngine(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.fails(t, "docker ps --all", "Cannot connect to the Docker daemon at unix:///nowhere.sock.")
	require.ErrorContains(t, f.Up(t.Context()), "the Docker engine does not run")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.NoDirExists(t, f.state.folder)
}

func TestPreflightNamesThePortAndItsHolder(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ labels, want string }{
		"one of ours":      {labels: "ashapp-backend.cluster=ashapp-backend"},
		"of another stack": {labels: "ashapp-backend.cluster=other", want: "take the stack down that it belongs to"},
		"of somebody else": {want: "remove that (docker rm --force web), or set backend.nodePort to another port\nin Pulumi.dev.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.serve(t, greet(f))
			f.Settings.Cluster.APIPort, f.Settings.Cluster.RegistryPort = f.Settings.Backend.NodePort, f.Settings.Backend.NodePort
			port := strconv.Itoa(f.Settings.Backend.NodePort)
			f.answers(t, "docker ps --all",
				`{"Names":"web","State":"running","Ports":"127.0.0.1:`+port+`->80/tcp","Labels":"`+test.labels+`"}`)
			_, err := f.preflight(t.Context())
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "port "+port+" is held by the container web: ")
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestFailedUpShowsWhatTheNodeSaidLast(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.answers(t, "docker ps --all", strings.Replace(runningNode, "(healthy)", "(health: starting)", 1))
	f.answers(t, "docker logs --tail", "kubelet: no space left\n")
	err := f.withNodeLogs(t.Context(), assert.AnError)
	require.ErrorIs(t, err, assert.AnError)
	assert.ErrorContains(t, err, "the node ashapp-backend-node is not healthy (Up 1 second (health: starting)), its last lines are:\nkubelet: no space left")

	f.answers(t, "docker ps --all", runningNode)
	assert.Equal(t, assert.AnError, f.withNodeLogs(t.Context(), assert.AnError), "a healthy node has nothing to do with it")
}

func TestPulumiFailureComesWithTheNextStep(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ said, want string }{
		"wrong passphrase": {"error: get stack secrets manager: incorrect passphrase", "encrypted with another passphrase: unset PULUMI_CONFIG_PASSPHRASE"},
		"locked":           {lockedBucket, "another command is changing stack dev: me@elsewhere, process 7"},
		"anything else":    {"error: update failed", "running pulumi up: exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			f.fails(t, "pulumi up --yes", test.said+"\n")
			require.ErrorContains(t, f.Up(t.Context()), test.want)
			assert.Contains(t, f.stderr.String(), test.said)
		})
	}
}
