package release

import (
	"context"
	"encoding/json"
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
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

var errBroken = errors.New("it is broken")

var deploymentsResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}

// What a release does after a failure at each of its steps, where it is the first one and where there is one before it, on a cluster
// of its own and on one that exists.
func TestFailuresAtEachStep(t *testing.T) {
	t.Parallel()

	type expected struct {
		state  State
		calls  string // of Pulumi, behind the preview
		states string
	}
	const unchanged = "update 2"
	for name, test := range map[string]struct {
		early, fails map[string]error // beside those of version 2
		step         string
		later, first expected // where a verified version 1 runs, and where nothing does
		existing     expected // first, on a cluster that exists
	}{
		"preview": {
			step:  "preview",
			later: expected{"", "", "1 verified 1"}, first: expected{"", "", ""}, existing: expected{"", "", ""},
		},
		"before anything is changed": {
			step:     "early",
			later:    expected{"", unchanged, "1 verified 1, 2 unchanged "},
			first:    expected{"", unchanged, "1 unchanged "},
			existing: expected{"", unchanged, "1 unchanged "},
		},
		"locked": {
			step:  "locked",
			later: expected{"", unchanged, "1 verified 1"}, first: expected{"", unchanged, ""}, existing: expected{"", unchanged, ""},
		},
		"rollout": {
			step:     "rollout",
			later:    expected{Undone, "update 2, refresh urn:deployment, update 1", "1 verified 1, 2 undone "},
			first:    expected{Undone, "update 2, destroy", "1 pending "}, // with the cluster it would be gone
			existing: expected{NeedsPerson, "update 2", "1 needs a person "},
		},
		"verification": {
			step:     "verification",
			later:    expected{Undone, "update 2, update 1", "1 verified 1, 2 undone 2"},
			first:    expected{Undone, "update 2, destroy", "1 updated 2"},
			existing: expected{NeedsPerson, "update 2", "1 needs a person 2"},
		},
		"going back": {
			step: "rollout", fails: map[string]error{image("1"): errors.New("no way back"), "destroy": errors.New("no way back")},
			later:    expected{NeedsPerson, "update 2, refresh urn:deployment, update 1", "1 verified 1, 2 needs a person "},
			first:    expected{NeedsPerson, "update 2, destroy", "1 pending "},
			existing: expected{NeedsPerson, "update 2", "1 needs a person "},
		},
		"verification after going back": {
			step:     "both verifications",
			later:    expected{NeedsPerson, "update 2, update 1", "1 verified 1, 2 needs a person 2"},
			first:    expected{Undone, "update 2, destroy", "1 updated 2"},
			existing: expected{NeedsPerson, "update 2", "1 needs a person 2"},
		},
	} {
		for kind, want := range map[string]expected{"later": test.later, "first": test.first, "first on an existing cluster": test.existing} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()

				d, p, _ := deployer(t)
				if kind == "later" {
					deployed(t, d, p, "1")
				}
				if kind == "first on an existing cluster" {
					d.Settings.Cluster.Kind = settings.Existing
				}
				p.built, p.fails = image("2"), merged(test.fails)
				d.Locked = func(error) bool { return test.step == "locked" }
				switch test.step {
				case "preview":
					p.early["preview"] = errBroken
				case "early", "locked":
					p.early[image("2")] = errBroken
				case "rollout":
					p.fails[image("2")] = errBroken
				default:
					d.Verify = func(_ context.Context, q verify.Question) error {
						if q.Commit == "c2" || test.step == "both verifications" {
							return errBroken
						}
						return nil
					}
				}
				err := d.Deploy(t.Context())
				require.ErrorIs(t, err, errBroken)
				assert.Equal(t, want.state, StateOf(err), "%v", err)
				assert.Equal(t, strings.TrimSuffix("preview, "+want.calls, ", "), strings.Join(p.calls, ", "))
				assert.Equal(t, want.states, strings.Join(states(t, d), ", "))
			})
		}
	}
}

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

// Each question to the cluster and to Pulumi is let fail once: whoever asked must hear of it.
func TestNoFailureIsSwallowed(t *testing.T) {
	t.Parallel()

	for name, operate := range map[string]func(*Deployer, context.Context) error{
		"deploy": (*Deployer).Deploy, "rollback": func(d *Deployer, ctx context.Context) error { return d.Rollback(ctx, 0) },
	} {
		for failing := 1; ; failing++ {
			d, p, said := deployer(t)
			deployed(t, d, p, "1", "2")
			p.built, *said = image("3"), nil
			asked := 0
			fails := func() error {
				if asked++; asked == failing {
					return errBroken
				}
				return nil
			}
			connect := d.Connect
			d.Connect = func(ctx context.Context) (kubernetes.Interface, error) {
				client, err := connect(ctx)
				return client, errors.Join(err, fails())
			}
			d.Pulumi = failingPulumi{p, fails}
			err := operate(d, t.Context())
			if asked < failing {
				require.NoError(t, err)
				break
			}
			if err == nil {
				assert.Contains(t, strings.Join(*said, "\n"), "warning: it is broken", "%s, question %d", name, failing)
			}
		}
	}
}

// failingPulumi is one that may not answer.
type failingPulumi struct {
	*engine
	fails func() error
}

func (f failingPulumi) Snapshot(ctx context.Context) (pulumi.Snapshot, error) {
	if err := f.fails(); err != nil {
		return pulumi.Snapshot{}, err
	}
	return f.engine.Snapshot(ctx)
}

func (f failingPulumi) Planned(ctx context.Context, config []byte) (map[string]json.RawMessage, error) {
	if err := f.fails(); err != nil {
		return nil, err
	}
	return f.engine.Planned(ctx, config)
}

func (f failingPulumi) Config() ([]byte, error) {
	if err := f.fails(); err != nil {
		return nil, err
	}
	return f.engine.Config()
}

func (f failingPulumi) Refresh(ctx context.Context, urns []string) error {
	return errors.Join(f.fails(), f.engine.Refresh(ctx, urns))
}
