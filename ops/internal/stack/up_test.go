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
				assert.NotNil(t, o.session)
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

	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(empty.Close)
	f := newFixture(t)
	f.record(t, `{"resources":[{"type":"docker:index/image:Image","id":"app","urn":"urn:image",`+
		`"outputs":{"repoDigest":"`+strings.TrimPrefix(empty.URL, "http://")+`/app@sha256:`+strings.Repeat("a", 64)+`"}}]}`)
	p, err := f.prepare(t.Context())
	require.NoError(t, err)
	require.NoError(t, p.update(t.Context(), p.pulumi))
	assert.Equal(t, []string{"pulumi up --yes --skip-preview --replace urn:image"}, f.calls(t, "pulumi"))
	assert.Contains(t, f.stdout.String(), "the registry has lost the image: packaging and pushing it again\n")
}

func TestUpStopsWithoutAnEngine(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.fails(t, "docker ps --all", "Cannot connect to the Docker daemon at unix:///nowhere.sock.")
	require.ErrorContains(t, f.Up(t.Context()), "the Docker engine does not run")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.NoDirExists(t, f.state.Folder)
}

func TestPulumiFailureComesWithTheNextStep(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ said, want string }{
		"wrong passphrase": {"error: get stack secrets manager: incorrect passphrase", "encrypted with another passphrase: unset PULUMI_CONFIG_PASSPHRASE"},
		"locked":           {"error: the stack is currently locked by 1 lock(s).\n  s3://b/1.json: created by me@elsewhere (pid 7) at 2026-11-26T12:00:00Z", "another command is changing stack dev: me@elsewhere, process 7"},
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
