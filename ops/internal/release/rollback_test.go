package release

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

func TestRollbackGoesFurtherBackEachTime(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	require.ErrorContains(t, d.Rollback(t.Context(), 0), "nothing is deployed")
	deployed(t, d, p, "1")
	require.ErrorContains(t, d.Rollback(t.Context(), 0), "there is no good release before release 1")
	deployed(t, d, p, "2", "3")
	var asked []string
	d.Verify = func(_ context.Context, q verify.Question) error { asked = append(asked, q.Commit); return nil }

	require.NoError(t, d.Rollback(t.Context(), 0))
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 2", "update 1"}, p.calls, "nothing is built")
	assert.Equal(t, []string{"c2", "c1"}, asked, "it must be the version that it was")
	require.ErrorContains(t, d.Rollback(t.Context(), 0), "there is no good release before release 5")
	assert.Equal(t, []string{"1 verified 1", "2 verified 2", "3 verified 3", "4 verified 2", "5 verified 1"}, states(t, d))

	deployed(t, d, p, "6")
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 1"}, p.calls, "what ran before the new version, and not what was gone back from")
}

func TestRollbackToANumber(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1", "2")
	p.built, p.fails[image("3")] = image("3"), errBroken
	require.Error(t, d.Deploy(t.Context()))
	p.calls = nil

	require.ErrorContains(t, d.Rollback(t.Context(), 3), "release 3 is not known to be good, it is undone")
	require.ErrorContains(t, d.Rollback(t.Context(), 7), "there is no release 7")
	assert.Empty(t, p.calls)
	require.NoError(t, d.Rollback(t.Context(), 1))
	require.NoError(t, d.Rollback(t.Context(), 4))
	assert.Equal(t, []string{"update 1", "update 1"}, p.calls)
	releases, err := d.History(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1}, []int{releases[3].Restores, releases[4].Restores}, "what it brings back in the end")
}

func TestRollbackAfterAChangeOfSettingsOnly(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	p.configure(t, d, map[string]string{"greeting": "one"})
	deployed(t, d, p, "1")
	p.configure(t, d, map[string]string{"greeting": "two"})
	deployed(t, d, p, "1")
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 1 one"}, p.calls)
}

func TestRollbackThatFailsRestoresWhatRan(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1", "2")
	p.fails[image("1")] = errBroken
	assert.Equal(t, Undone, StateOf(d.Rollback(t.Context(), 0)))
	assert.Equal(t, []string{"update 1", "refresh urn:deployment", "update 2"}, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 verified 2", "3 undone 1"}, states(t, d))
}

// Somebody has put a foreign image into the Deployment: it is put back first, and never taken for a release.
func TestForeignImageIsNoRelease(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1", "2")
	_, err := p.client.AppsV1().Deployments(project).Update(t.Context(), running(image("9"), project), metav1.UpdateOptions{})
	require.NoError(t, err)
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"refresh urn:deployment", "update 1"}, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 verified 2", "3 verified 1"}, states(t, d))
}

// What make up has brought up since is what runs, and what must be gone back to.
func TestWhatWasBroughtUpByOtherMeansIsWrittenDown(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		verify error
		broken bool
		back   string
		states []string
	}{
		"good":                {nil, false, "update 5", []string{"1 verified 1", "2 verified 5", "3 undone "}},
		"it answers wrong":    {errBroken, false, "update 1", []string{"1 verified 1", "2 undone "}},
		"its pods do not run": {nil, true, "update 1", []string{"1 verified 1", "2 undone "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, p, _ := deployer(t)
			deployed(t, d, p, "1")
			p.built = image("5")
			require.NoError(t, p.Update(t.Context(), []byte(p.config)))
			if test.broken {
				changed := running(image("5"), project)
				changed.Status.UpdatedReplicas = 1
				_, err := p.client.AppsV1().Deployments(project).Update(t.Context(), changed, metav1.UpdateOptions{})
				require.NoError(t, err)
			}
			d.Verify = func(_ context.Context, q verify.Question) error {
				if q.Commit == "" {
					return test.verify
				}
				return nil
			}
			p.built, p.fails[image("2")] = image("2"), errBroken
			require.Error(t, d.Deploy(t.Context()))
			assert.Equal(t, test.back, p.calls[len(p.calls)-1])
			assert.Equal(t, test.states, states(t, d))
		})
	}
}

func TestReleasesMoveWithTheNamespace(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.configure(t, d, map[string]string{"namespace": "renamed"})
	deployed(t, d, p, "2")
	releases, err := store{p.client, "renamed"}.list(t.Context())
	require.NoError(t, err)
	assert.Len(t, releases, 2)
	assert.Equal(t, []string{"1 verified 1", "2 verified 2"}, states(t, d))
}

func TestSettingsThatAreNotKnownAnyMoreAreLeftOut(t *testing.T) {
	t.Parallel()

	d, p, said := deployer(t)
	deployed(t, d, p, "1", "2")
	old := Release{Number: 1, State: Verified, Image: image("1"), Commit: "c1", Backend: map[string]string{"greeting": "old", "salutation": "x"}}
	require.NoError(t, store{p.client, project}.put(t.Context(), old))
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 1 old"}, p.calls)
	assert.Contains(t, (*said)[len(*said)-2], "had the setting backend.salutation, which is not known any more")
}

func TestRollbackOverAChangedProgramRestoresTheObjectsAsTheyWere(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.program = "new"
	deployed(t, d, p, "2")
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{
		"apply urn:namespace ", "apply urn:deployment ", "remove urn:added", "refresh urn:namespace urn:added urn:deployment",
	}, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 verified 2", "3 verified 1"}, states(t, d))
}
