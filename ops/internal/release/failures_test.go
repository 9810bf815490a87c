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
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// outcome is what comes of a release that fails.
type outcome struct {
	state  State
	calls  string // of Pulumi, behind the preview
	states string
}

// failingStep is a step at which version 2 fails.
type failingStep struct {
	step         string
	fails        map[string]error // beside version 2
	later, first outcome          // where a verified version 1 runs, and where nothing does
	existing     outcome          // first, on a cluster that exists
}

func failingSteps() map[string]failingStep {
	const unchanged = "update 2"
	return map[string]failingStep{
		"preview": {
			step:  "preview",
			later: outcome{"", "", "1 verified 1"}, first: outcome{"", "", ""}, existing: outcome{"", "", ""},
		},
		"before anything is changed": {
			step:     "early",
			later:    outcome{"", unchanged, "1 verified 1, 2 unchanged "},
			first:    outcome{"", unchanged, "1 unchanged "},
			existing: outcome{"", unchanged, "1 unchanged "},
		},
		"locked": {
			step:  "locked",
			later: outcome{"", unchanged, "1 verified 1"}, first: outcome{"", unchanged, ""}, existing: outcome{"", unchanged, ""},
		},
		"rollout": {
			step:     "rollout",
			later:    outcome{Undone, "update 2, refresh urn:deployment, update 1", "1 verified 1, 2 undone "},
			first:    outcome{Undone, "update 2, destroy", "1 pending "}, // with the cluster it would be gone
			existing: outcome{NeedsPerson, "update 2", "1 needs a person "},
		},
		"verification": {
			step:     "verification",
			later:    outcome{Undone, "update 2, update 1", "1 verified 1, 2 undone 2"},
			first:    outcome{Undone, "update 2, destroy", "1 updated 2"},
			existing: outcome{NeedsPerson, "update 2", "1 needs a person 2"},
		},
		"going back": {
			step: "rollout", fails: map[string]error{image("1"): errors.New("no way back"), "destroy": errors.New("no way back")},
			later:    outcome{NeedsPerson, "update 2, refresh urn:deployment, update 1", "1 verified 1, 2 needs a person "},
			first:    outcome{NeedsPerson, "update 2, destroy", "1 pending "},
			existing: outcome{NeedsPerson, "update 2", "1 needs a person "},
		},
		"verification after going back": {
			step:     "both verifications",
			later:    outcome{NeedsPerson, "update 2, update 1", "1 verified 1, 2 needs a person 2"},
			first:    outcome{Undone, "update 2, destroy", "1 updated 2"},
			existing: outcome{NeedsPerson, "update 2", "1 needs a person 2"},
		},
	}
}

// What a release does after a failure at each of its steps, where it is the first one and where there is one before it, on a cluster
// of its own and on one that exists.
func TestFailuresAtEachStep(t *testing.T) {
	t.Parallel()

	for name, test := range failingSteps() {
		for kind, want := range map[string]outcome{"later": test.later, "first": test.first, "first on an existing cluster": test.existing} {
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
				failAt(d, p, test.step)
				err := d.Deploy(t.Context())
				require.ErrorIs(t, err, errBroken)
				assert.Equal(t, want.state, StateOf(err), "%v", err)
				assert.Equal(t, strings.TrimSuffix("preview, "+want.calls, ", "), strings.Join(p.calls, ", "))
				assert.Equal(t, want.states, strings.Join(states(t, d), ", "))
			})
		}
	}
}

// failAt has version 2 fail at a step.
func failAt(d *Deployer, p *engine, step string) {
	d.Locked = func(error) bool { return step == "locked" }
	switch step {
	case "preview":
		p.early["preview"] = errBroken
	case "early", "locked":
		p.early[image("2")] = errBroken
	case "rollout":
		p.fails[image("2")] = errBroken
	default:
		d.Verify = func(_ context.Context, q verify.Question) error {
			if q.Commit == "c2" || step == "both verifications" {
				return errBroken
			}
			return nil
		}
	}
}

// Each question to Pulumi, and each to the cluster, is let fail once: whoever asked must hear of it.
func TestNoFailureIsSwallowed(t *testing.T) {
	t.Parallel()

	for name, operate := range map[string]func(*Deployer, context.Context) error{
		"deploy": (*Deployer).Deploy, "rollback": func(d *Deployer, ctx context.Context) error { return d.Rollback(ctx, 0) },
	} {
		for whose, ask := range map[string]func(*Deployer, *engine, func() error){"Pulumi": askPulumi, "cluster": askCluster} {
			t.Run(name+"/"+whose, func(t *testing.T) {
				t.Parallel()

				for failing, asked := 1, 1; asked >= failing; failing++ {
					synctest.Test(t, func(t *testing.T) { asked = failOnce(t, operate, ask, failing) })
				}
			})
		}
	}
}

// failOnce lets the question with a number fail, and returns how many there were.
func failOnce(
	t *testing.T, operate func(*Deployer, context.Context) error, ask func(*Deployer, *engine, func() error), failing int,
) (asked int) {
	t.Helper()
	d, p, said := deployer(t)
	deployed(t, d, p, "1", "2")
	p.built, *said = image("3"), nil
	ask(d, p, func() error {
		if asked++; asked == failing {
			return errBroken
		}
		return nil
	})
	err := operate(d, t.Context())
	if asked < failing {
		require.NoError(t, err)
	} else if err == nil {
		assert.Contains(t, strings.Join(*said, "\n"), "it is broken", "question %d", failing)
	}
	return asked
}

// askPulumi has Pulumi, and the way to the cluster, answer as fails says.
func askPulumi(d *Deployer, p *engine, fails func() error) {
	connect := d.Connect
	d.Connect = func(ctx context.Context) (kubernetes.Interface, error) {
		client, err := connect(ctx)
		return client, errors.Join(err, fails())
	}
	d.Pulumi = failingPulumi{p, fails}
}

// askCluster has the cluster answer as fails says: what is asked of releases and of the Deployment. Lists and watches of a rollout go
// on by themselves, and a Lease that cannot be renewed or given back ends.
func askCluster(_ *Deployer, p *engine, fails func() error) {
	p.client.(*fake.Clientset).PrependReactor("*", "*", func(action testing_.Action) (bool, runtime.Object, error) {
		releases := action.GetResource().Resource == "secrets" && action.GetVerb() != "watch"
		looked := action.GetResource().Resource == "deployments" && action.GetVerb() == "get"
		if !releases && !looked {
			return false, nil, nil
		}
		err := fails()
		return err != nil, nil, err
	})
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
