package release

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	testing_ "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes/fake"
)

// What is said of a release that has failed: why, and what to do.
func TestFailuresSayWhatToDo(t *testing.T) {
	t.Parallel()

	const digest = "sha256:[0-9]{64}"
	noWayBack := errors.New("no way back")
	for name, test := range map[string]struct {
		later, existing bool
		fails           map[string]error
		early           error
		want            string // an expression
		said            []string
	}{
		"nothing was changed": {later: true, early: errBroken, want: `^nothing was changed on the cluster: it is broken$`},
		"undone": {
			later: true, fails: map[string]error{image("2"): errBroken},
			want: `^release 2, commit c2 failed, and release 1 is back after \d+\.\d s$`,
			said: []string{"^release 2, commit c2 failed: it is broken$", "^going back to release 1, " + digest + ", commit c1$", "^" + stopped + "$"},
		},
		"no way back": {
			later: true, fails: map[string]error{image("2"): errBroken, image("1"): noWayBack},
			want: `^release 2, commit c2 failed: it is broken\ngoing back to release 1, ` + digest + `, commit c1 failed as well: no way back$`,
		},
		"first": {
			fails: map[string]error{image("2"): errBroken}, want: "^the first release failed, and what it had made is removed$",
			said: []string{"^removing what it has made: nothing was deployed before$"},
		},
		"first that cannot be removed": {
			fails: map[string]error{image("2"): errBroken, "destroy": noWayBack}, want: "^removing what the first release has made failed: no way back$",
		},
		"first on an existing cluster": {
			existing: true, fails: map[string]error{image("2"): errBroken},
			want: `^release 1, commit c2 failed: it is broken\nit was the first one, and what it has made is left to be looked at: ` +
				`ashapp deploy again, or ashapp down removes it \(deploy --cleanup does so by itself\)$`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, p, said := deployer(t)
			if test.later {
				deployed(t, d, p, "1")
			}
			if test.existing {
				d.Settings.Cluster.Kind = settings.Existing
			}
			p.built, p.fails, p.early[image("2")] = image("2"), merged(test.fails), test.early
			err := d.Deploy(t.Context())
			require.ErrorIs(t, err, errBroken)
			assert.Regexp(t, test.want, err.Error())
			for _, line := range test.said {
				assert.Condition(t, func() bool {
					for _, one := range *said {
						if assert.Regexp(new(testing.T), line, one) {
							return true
						}
					}
					return false
				}, "%q in %q", line, *said)
			}
			releases, listing := d.History(t.Context())
			require.NoError(t, listing)
			if last := releases[len(releases)-1]; last.State == Unchanged || last.State == Undone {
				assert.Equal(t, "it is broken", last.Cause)
			}
		})
	}
}

func TestCauseOfWhatNeedsAPersonIsWrittenDown(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	d.Settings.Cluster.Kind, p.fails[image("1")] = settings.Existing, errBroken
	require.Error(t, d.Deploy(t.Context()))
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	assert.Regexp(t, "^it is broken; it was the first one, and what it has made is left", releases[0].Cause)
}

func TestWhatTheClusterRefusesIsNamed(t *testing.T) {
	t.Parallel()

	for want, refused := range map[string][2]string{
		"reading the releases in namespace ashapp-backend: it is broken":              {"list", "secrets"},
		"to Secret ashapp-backend/ashapp-backend-release-2: it is broken":             {"update", "secrets"},
		"taking the Lease ashapp-backend/ashapp-backend-release: it is broken":        {"get", "leases"},
		"looking at the Deployment ashapp-backend/ashapp-backend: it is broken":       {"get", "deployments"},
		"reading the releases of an earlier version in namespace ashapp-backend: it ": {"get", "configmaps"},
	} {
		d, p, _ := deployer(t)
		deployed(t, d, p, "1")
		p.client.(*fake.Clientset).PrependReactor(refused[0], refused[1], func(testing_.Action) (bool, runtime.Object, error) {
			return true, nil, errBroken
		})
		err := d.Deploy(t.Context())
		require.ErrorIs(t, err, errBroken)
		assert.ErrorContains(t, err, want)
	}
	d, p, _ := deployer(t)
	p.client.(*fake.Clientset).PrependReactor("delete", "secrets", func(testing_.Action) (bool, runtime.Object, error) {
		return true, nil, errBroken
	})
	d.Locked = func(error) bool { return true }
	p.early[image("1")] = errors.New("locked")
	assert.ErrorContains(t, d.Deploy(t.Context()), "removing release 1, commit c1 from namespace ashapp-backend: it is broken")
}

// Otherwise a release that is good would be undone, since nobody hears the question.
func TestURLOfThisMachineForAClusterElsewhereIsRefusedBefore(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	d.Settings.Cluster.Kind = settings.Existing
	elsewhere, err := kubernetes.NewForConfig(&rest.Config{Host: "https://cluster.test"})
	require.NoError(t, err)
	d.Connect = func(context.Context) (kubernetes.Interface, error) { return elsewhere, nil }
	require.ErrorContains(t, d.Deploy(t.Context()), "the cluster is at cluster.test: nothing was changed: say where it is reached")
	assert.Empty(t, p.calls)
}

func TestReleasesAreNamed(t *testing.T) {
	t.Parallel()

	assert.Equal(t, "release 3", Release{Number: 3, Image: "app:latest"}.String())
	assert.Equal(t, "release 3, sha256:1, commit c", Release{Number: 3, Image: "app@sha256:1", Commit: "c"}.String())
}
