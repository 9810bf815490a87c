package release

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// shelf is a registry.
type shelf struct {
	gone    []string // images that it does not have any more
	holds   error
	tags    []string // "image tag", in their order, by the digit of the image
	tagging error
}

func (s *shelf) Holds(ctx context.Context, image string) (bool, error) {
	return !slices.Contains(s.gone, image), errors.Join(s.holds, ctx.Err())
}

func (s *shelf) Tag(ctx context.Context, image string, tags ...string) error {
	if err := errors.Join(s.tagging, ctx.Err()); err != nil {
		return err
	}
	for _, tag := range tags {
		s.tags = append(s.tags, image[len(image)-1:]+" "+tag)
	}
	return nil
}

// stocked is a deployer with a registry, on a stack called blue.
func stocked(t *testing.T) (d *Deployer, p *engine, said *[]string, images *shelf) {
	t.Helper()
	d, p, said = deployer(t)
	images = &shelf{}
	d.Images, d.Stack = images, "blue"
	return d, p, said, images
}

func TestTagsMoveOnceAReleaseIsVerified(t *testing.T) {
	t.Parallel()

	d, p, _, images := stocked(t)
	d.Settings.Image.Tag = "newest"
	d.Verify = func(context.Context, verify.Question) error {
		assert.Empty(t, images.tags, "nobody has seen it run yet")
		return nil
	}
	require.NoError(t, d.Deploy(t.Context()))
	assert.Equal(t, []string{"1 release-blue-1", "1 newest"}, images.tags, "the one that people follow moves last")

	images.tags, d.Verify = nil, func(context.Context, verify.Question) error { return nil }
	deployed(t, d, p, "2")
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Equal(t, []string{"2 release-blue-2", "2 newest", "1 release-blue-3", "1 newest"}, images.tags)
}

func TestTagsStayWhereAReleaseFails(t *testing.T) {
	t.Parallel()

	for name, fail := range map[string]func(*Deployer, *engine){
		"push":       func(_ *Deployer, p *engine) { p.early[image("2")] = errBroken },
		"rollout":    func(_ *Deployer, p *engine) { p.fails[image("2")] = errBroken },
		"going back": func(_ *Deployer, p *engine) { p.fails[image("1")], p.fails[image("2")] = errBroken, errBroken },
		"verification": func(d *Deployer, _ *engine) {
			d.Verify = func(context.Context, verify.Question) error { return errBroken }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			d, p, _, images := stocked(t)
			deployed(t, d, p, "1")
			images.tags, p.built = nil, image("2")
			fail(d, p)
			require.ErrorIs(t, d.Deploy(t.Context()), errBroken)
			assert.Empty(t, images.tags)
			releases, err := d.History(t.Context())
			require.NoError(t, err)
			assert.Equal(t, image("1"), current(releases).Image, "what was never pushed is not good")
		})
	}
}

// Whoever pushes images that are not built here says what their tags mean.
func TestImagesThatAreNotBuiltHereAreNotTagged(t *testing.T) {
	t.Parallel()

	d, p, _, images := stocked(t)
	d.Settings.Image.Ref = image("1")
	require.NoError(t, d.Deploy(t.Context()))
	deployed(t, d, p, "1", "2")
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Empty(t, images.tags)
}

func TestTagsThatCannotBeMovedAreToldAndNoFailure(t *testing.T) {
	t.Parallel()

	d, _, said, images := stocked(t)
	images.tagging = errBroken
	require.NoError(t, d.Deploy(t.Context()))
	assert.Contains(t, strings.Join(*said, "\n"), "warning: it is broken: release 1, sha256:")
	assert.Equal(t, []string{"1 verified 1"}, states(t, d))
}

// The user may not want to wait any more, when all is done but that.
func TestTagsMoveWhereTheCommandIsInterruptedAtTheEnd(t *testing.T) {
	t.Parallel()

	d, _, _, images := stocked(t)
	ctx, cancel := context.WithCancel(t.Context())
	d.Verify = func(context.Context, verify.Question) error { cancel(); return nil }
	_ = d.Deploy(ctx)
	assert.Equal(t, []string{"1 release-blue-1", "1 latest"}, images.tags)
}

func TestReleaseThatIsFinishedLaterIsTagged(t *testing.T) {
	t.Parallel()

	d, p, _, images := stocked(t)
	deployed(t, d, p, "1")
	killed(t, d, p, "before the verification")
	images.tags = nil
	require.ErrorContains(t, d.Rollback(t.Context(), 7), "there is no release 7")
	assert.Equal(t, []string{"2 release-blue-2", "2 latest"}, images.tags)
}

// What ashapp up has brought up must be there to go back to; people follow what was released.
func TestWhatWasBroughtUpByOtherMeansIsKeptToo(t *testing.T) {
	t.Parallel()

	d, p, _, images := stocked(t)
	deployed(t, d, p, "1")
	p.built, images.tags = image("5"), nil
	require.NoError(t, p.Update(t.Context(), []byte(p.config)))
	require.ErrorContains(t, d.Rollback(t.Context(), 7), "there is no release 7")
	assert.Equal(t, []string{"5 release-blue-2"}, images.tags)
}

func TestRollbackToAnImageThatIsGoneIsRefused(t *testing.T) {
	t.Parallel()

	d, p, _, images := stocked(t)
	deployed(t, d, p, "1", "2", "3")
	images.gone, images.tags = []string{image("2")}, nil
	err := d.Rollback(t.Context(), 0)
	require.ErrorContains(t, err, "nothing was changed: the registry registry.test does not have sha256:2222")
	require.ErrorContains(t, err, "of release 2 any more, in app: go back to another release (ashapp history lists them, rollback --to N), or check out its commit")
	assert.Empty(t, StateOf(err))
	assert.Empty(t, p.calls)
	assert.Equal(t, []string{"1 verified 1", "2 verified 2", "3 verified 3"}, states(t, d))
	require.NoError(t, d.Rollback(t.Context(), 1))
}

func TestRegistriesAreNamedAsTheDockerCommandReadsThem(t *testing.T) {
	t.Parallel()

	for name, want := range map[string]string{
		"localhost:5001/team/app": "localhost:5001 does not have sha256:0 of release 4 any more, in team/app",
		"localhost/app":           "localhost does not have sha256:0 of release 4 any more, in app",
		"registry.test/app":       "registry.test does not have sha256:0 of release 4 any more, in app",
		"team/app":                "docker.io does not have sha256:0 of release 4 any more, in team/app",
		"app":                     "docker.io does not have sha256:0 of release 4 any more, in app",
	} {
		assert.Equal(t, "the registry "+want, goneError{Release{Number: 4, Image: name + "@sha256:0"}}.Error())
	}
}

// A registry may let the cluster in, and not this machine.
func TestRegistryThatDoesNotAnswerStopsNothing(t *testing.T) {
	t.Parallel()

	d, p, said, images := stocked(t)
	deployed(t, d, p, "1", "2")
	images.holds = errBroken
	require.NoError(t, d.Rollback(t.Context(), 0))
	assert.Contains(t, *said, "warning: whether release 1 can still be pulled is not known: it is broken")
	*said = nil
	ctx, cancel := context.WithCancel(t.Context())
	d.Drifted = func(context.Context) ([]string, error) { t.Error("nothing is to be done any more"); return nil, nil }
	d.Verify = func(context.Context, verify.Question) error { cancel(); return nil }
	images.holds = nil
	cancel()
	require.ErrorIs(t, d.Rollback(ctx, 2), context.Canceled)
	assert.Empty(t, *said)
}

// Its pods may still run, and a node that has run one still has the image.
func TestGoingBackIsTriedWithoutTheRegistry(t *testing.T) {
	t.Parallel()

	const gone = "the registry registry.test does not have sha256:1"
	for name, broken := range map[string]bool{"a node has it": false, "no node has it": true} {
		for what, fail := range map[string]func(t *testing.T, d *Deployer, p *engine) error{
			"rollout": func(t *testing.T, d *Deployer, p *engine) error {
				t.Helper()
				p.built, p.fails[image("2")] = image("2"), errors.New("no way forward")
				return d.Deploy(t.Context())
			},
			"killed": func(t *testing.T, d *Deployer, p *engine) error {
				t.Helper()
				killed(t, d, p, "in the update")
				return d.Rollback(t.Context(), 7)
			},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()

				d, p, said, images := stocked(t)
				deployed(t, d, p, "1")
				images.gone = []string{image("1")}
				if broken {
					p.fails[image("1")] = errBroken
				}
				err := fail(t, d, p)
				assert.Contains(t, strings.Join(*said, "\n"), "warning: "+gone)
				if broken {
					assert.Equal(t, NeedsPerson, StateOf(err))
					require.ErrorContains(t, err, gone)
					require.ErrorContains(t, err, "it is broken")
					return
				}
				assert.NotEqual(t, NeedsPerson, StateOf(err))
				assert.NotContains(t, err.Error(), gone)
				assert.Equal(t, "update 1", p.calls[len(p.calls)-1])
			})
		}
	}
}
