package release

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

var errBroken = errors.New("it is broken")

var deploymentsResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

func TestCleanupRemovesAFailedFirstReleaseFromAnExistingCluster(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	d.Settings.Cluster.Kind, d.Cleanup = settings.Existing, true
	p.fails[image("1")] = errBroken
	assert.Equal(t, Undone, StateOf(d.Deploy(t.Context())))
	assert.Equal(t, []string{"preview", "update 1", "destroy"}, p.calls)
}

func TestReleaseIsWrittenDown(t *testing.T) {
	t.Parallel()

	d, p, said := deployer(t)
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, []string{"preview", "update 1"}, p.calls)
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	require.Len(t, releases, 1)
	assert.Equal(t, []any{1, Verified, image("1"), "c1"}, []any{releases[0].Number, releases[0].State, releases[0].Image, releases[0].Commit})
	assert.Equal(t, d.Settings.Values("backend"), releases[0].Backend)
	assert.Regexp(t, `^deployed release 1, sha256:1{64}, commit c1 in [\d.]+ s: http://127.0.0.1:30080/$`, (*said)[len(*said)-1])

	var printed strings.Builder
	require.NoError(t, PrintHistory(&printed, releases))
	assert.Regexp(t, `(?s)^RELEASE.*\n1\s+\S+Z\s+verified\s+c1\s+`+image("1")+"\n$", printed.String())
}

// A Deployment that somebody has deleted, or a namespace that was renamed, is no first release: nothing may be destroyed.
func TestWhatIsNotFirstIsNeverDestroyed(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(t *testing.T, d *Deployer, p *engine){
		"the Deployment was deleted": func(t *testing.T, _ *Deployer, p *engine) {
			require.NoError(t, p.client.(*fake.Clientset).Tracker().Delete(deploymentsResource, project, project))
		},
		"the namespace is renamed": func(t *testing.T, d *Deployer, p *engine) {
			p.configure(t, d, map[string]string{"namespace": "renamed"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, p, _ := deployer(t)
			deployed(t, d, p, "1")
			change(t, d, p)
			p.built, p.fails[image("2")] = image("2"), errBroken
			assert.Equal(t, Undone, StateOf(d.Deploy(t.Context())))
			assert.NotContains(t, p.calls, "destroy")
			assert.Equal(t, "update 1", p.calls[len(p.calls)-1])
			assert.Equal(t, []string{"1 verified 1", "2 undone "}, states(t, d))
		})
	}
}

func TestWithoutAGoodReleaseNothingIsDestroyedEither(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	broken := settings.Default()
	p.state, p.image, p.built, p.fails[image("2")] = &broken, image("1"), image("2"), errBroken
	err := d.Deploy(t.Context())
	assert.Equal(t, NeedsPerson, StateOf(err))
	assert.ErrorContains(t, err, "nothing is changed any more")
	assert.Equal(t, []string{"preview", "update 2"}, p.calls)
}

// What Pulumi has said is no proof: here it says that all is well, and the pods on the cluster run something else.
func TestWhatTheClusterDoesNotShowIsNotVerified(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		pretends string
		state    State
		states   []string
	}{
		"new release": {"2", Undone, []string{"1 verified 1", "2 undone 2"}},
		"going back":  {"1", NeedsPerson, []string{"1 verified 1", "2 needs a person "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				d, p, _ := deployer(t)
				deployed(t, d, p, "1")
				p.built, p.pretends[image(test.pretends)] = image("2"), true
				if test.pretends == "1" {
					p.fails[image("2")] = errBroken
				}
				d.Drifted = func(context.Context) ([]string, error) { return nil, nil }
				assert.Equal(t, test.state, StateOf(d.Deploy(t.Context())))
				assert.Equal(t, test.states, states(t, d))
			})
		})
	}
}

func TestWithoutAnAnswerNothingIsDone(t *testing.T) {
	t.Parallel()

	for name, operate := range map[string]func(*Deployer, context.Context) error{
		"deploy": (*Deployer).Deploy, "rollback": func(d *Deployer, ctx context.Context) error { return d.Rollback(ctx, 0) },
	} {
		d, p, _ := deployer(t)
		deployed(t, d, p, "1", "2")
		d.Drifted = func(context.Context) ([]string, error) { return nil, errBroken }
		require.ErrorIs(t, operate(d, t.Context()), errBroken, name)
		assert.Empty(t, p.calls, name)
	}
}

func TestNothingIsChangedThatCannotBeWrittenDownBefore(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.client.(*fake.Clientset).PrependReactor("update", "secrets", func(testing_.Action) (bool, runtime.Object, error) {
		return true, nil, errBroken
	})
	require.ErrorIs(t, d.Deploy(t.Context()), errBroken)
	assert.Equal(t, []string{"preview"}, p.calls)
}

func TestDriftIsMendedFirst(t *testing.T) {
	t.Parallel()

	d, p, said := deployer(t)
	deployed(t, d, p, "1")
	d.Drifted = func(context.Context) ([]string, error) { return []string{"urn:a", "urn:b"}, nil }
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, "refresh urn:a urn:b", p.calls[0])
	assert.Contains(t, *said, putBack)
}

func TestNotOlder(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.built = image("2")
	var asked []string
	d.NotOlder = func(_ context.Context, running, next string) error {
		asked = append(asked, running, next)
		return errBroken
	}
	require.ErrorIs(t, d.Deploy(t.Context()), errBroken)
	assert.Equal(t, []string{"c1", "c2"}, asked)
	assert.Empty(t, p.calls)
}

func TestTheClusterMayNotExistYet(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	made := false
	p.ctx = func() { made = true }
	d.Connect = func(context.Context) (kubernetes.Interface, error) {
		if !made {
			return nil, nil
		}
		return p.client, nil
	}
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, []string{"1 verified 1"}, states(t, d))
}
