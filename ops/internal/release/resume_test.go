package release

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// killed is a release of version 2 that ends in the middle: nothing comes after the step.
func killed(t *testing.T, d *Deployer, p *engine, step string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.built = image("2")
	verification := d.Verify
	switch step {
	case "before the update":
		p.early[image("2")] = context.Canceled
		cancel()
	case "in the update":
		p.ctx, p.fails[image("2")] = cancel, context.Canceled
	case "before the verification":
		d.Verify = func(context.Context, verify.Question) error { cancel(); return ctx.Err() }
	}
	require.ErrorIs(t, d.Deploy(ctx), context.Canceled)
	d.Verify, p.ctx, p.calls = verification, nil, nil
	delete(p.early, image("2"))
	delete(p.fails, image("2"))
}

func TestKilledReleaseIsFinishedOrUndoneByTheNextCommand(t *testing.T) {
	t.Parallel()

	for step, test := range map[string]struct {
		calls  []string
		states []string
		said   string
	}{
		"before the update": {
			[]string{"update 1", "preview", "update 3"}, []string{"1 verified 1", "2 undone ", "3 verified 3"}, "release 2, commit c2 is undone",
		},
		"in the update": {
			[]string{"refresh urn:deployment", "update 1", "preview", "update 3"},
			[]string{"1 verified 1", "2 undone ", "3 verified 3"}, "release 2, commit c2 is undone, and release 1 is back",
		},
		"before the verification": {
			[]string{"preview", "update 3"}, []string{"1 verified 1", "2 verified 2", "3 verified 3"}, "is verified",
		},
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()

			d, p, said := deployer(t)
			deployed(t, d, p, "1")
			killed(t, d, p, step)
			p.built = image("3")
			require.NoError(t, d.Deploy(t.Context()))
			assert.Equal(t, test.calls, p.calls)
			assert.Equal(t, test.states, states(t, d))
			assert.Contains(t, strings.Join(*said, "\n"), test.said)
		})
	}
}

func TestKilledReleaseThatIsBrokenIsUndone(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	killed(t, d, p, "before the verification")
	d.Verify = func(_ context.Context, q verify.Question) error {
		if q.Commit == "c2" {
			return errBroken
		}
		return nil
	}
	require.ErrorContains(t, d.Rollback(t.Context(), 0), "there is no good release before release 1")
	assert.Equal(t, []string{"update 1"}, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 undone 2"}, states(t, d))
}

func TestKilledFirstReleaseIsGoneOver(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	killed(t, d, p, "in the update")
	p.built = image("3")
	require.NoError(t, d.Deploy(t.Context()))
	assert.NotContains(t, p.calls, "destroy")
	assert.Equal(t, []string{"1 needs a person ", "2 verified 3"}, states(t, d))
}

func TestNoWayBackFromAKilledReleaseNeedsAPerson(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	killed(t, d, p, "in the update")
	p.fails[image("1")] = errBroken
	err := d.Deploy(t.Context())
	assert.Equal(t, NeedsPerson, StateOf(err))
	assert.ErrorContains(t, err, "going back to release 1")
	assert.Equal(t, []string{"1 verified 1", "2 needs a person "}, states(t, d))
}

func TestHistoryChangesNothing(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	killed(t, d, p, "in the update")
	assert.Equal(t, []string{"1 verified 1", "2 pending "}, states(t, d))
	assert.Empty(t, p.calls)
}

// Whoever has brought something else up since, by make up, wants to keep it.
func TestWhatWasBroughtUpSinceAKilledReleaseIsKept(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.configure(t, d, map[string]string{"greeting": "two"})
	killed(t, d, p, "in the update")
	p.configure(t, d, map[string]string{"greeting": "three"})
	p.built = image("3")
	require.NoError(t, p.Update(t.Context(), []byte(p.config)))
	p.calls = nil
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"update 1"}, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 undone ", "3 verified 3", "4 verified 1"}, states(t, d))
}

// Pulumi may have come to the end of the update by itself.
func TestKilledReleaseWhoseUpdateWentOnIsVerified(t *testing.T) {
	t.Parallel()

	d, p, _ := deployer(t)
	deployed(t, d, p, "1")
	p.configure(t, d, map[string]string{"greeting": "two"})
	killed(t, d, p, "before the update")
	p.built = image("2")
	require.NoError(t, p.Update(t.Context(), []byte(p.config)))
	require.ErrorContains(t, d.Rollback(t.Context(), 7), "there is no release 7")
	assert.Equal(t, []string{"1 verified 1", "2 verified 2"}, states(t, d))
}
