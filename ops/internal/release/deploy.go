package release

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Deploy releases this version: it previews, updates and verifies. Where the rollout or the verification fails, the last good release
// is restored, or what a first release has made is removed; StateOf tells what of the error.
func (d *Deployer) Deploy(ctx context.Context) error {
	commit, err := d.Commit(ctx)
	if err != nil {
		return err
	}
	s, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer s.giveBack()
	if err := s.resume(ctx); err != nil {
		return err
	}
	if running := current(s.releases); d.NotOlder != nil && running != nil && running.Commit != "" {
		if err := d.NotOlder(ctx, running.Commit, commit); err != nil {
			return err
		}
	}
	good, err := s.good(ctx)
	if err != nil {
		return err
	}
	if err := s.reread(ctx, putBack); err != nil {
		return err
	}
	if err := d.Pulumi.Preview(ctx); err != nil {
		return err
	}
	config, err := d.Pulumi.Config() // now, since Pulumi may have added the salt of the passphrase
	if err != nil {
		return err
	}
	release := Release{Commit: commit, Image: d.Settings.Image.Ref, Backend: d.Settings.Values("backend")}
	if release.Image != "" {
		release.Commit = "" // nothing is built, and whoever built it is not here
	}
	return s.run(ctx, "deployed", release, good, config)
}

// Rollback brings back the release with a number or, where that is 0, the good one before the one that runs, so that going back again
// and again leads further back.
func (d *Deployer) Rollback(ctx context.Context, to int) error {
	s, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer s.giveBack()
	if err := s.resume(ctx); err != nil {
		return err
	}
	good, err := s.good(ctx)
	if err != nil {
		return err
	}
	if good == nil {
		return errors.New("nothing is deployed that was verified: ashapp deploy")
	}
	earlier, err := s.choose(*good, to)
	if err != nil {
		return err
	}
	if err := s.lookFor(ctx, *earlier); err != nil {
		return fmt.Errorf("nothing was changed: %w: go back to another release (ashapp history lists them, rollback --to N), or check out "+
			"its commit and ashapp deploy, which builds it anew", err)
	}
	if err := s.reread(ctx, putBack); err != nil {
		return err
	}
	config, err := s.restored(*earlier)
	if err != nil {
		return err
	}
	release := Release{Image: earlier.Image, Commit: earlier.Commit, Backend: earlier.Backend, Rendered: earlier.Rendered, Restores: earlier.Number}
	if earlier.Restores != 0 {
		release.Restores = earlier.Restores
	}
	return s.run(ctx, fmt.Sprintf("rolled back to release %d:", earlier.Number), release, good, config)
}

// choose finds the release to go back to.
func (s *session) choose(now Release, to int) (*Release, error) {
	if to == 0 {
		if earlier := before(s.releases, now); earlier != nil {
			return earlier, nil
		}
		return nil, fmt.Errorf("there is no good release before %s to go back to: ashapp history lists them", now)
	}
	for _, release := range s.releases {
		switch {
		case release.Number != to:
		case release.State != Verified:
			return nil, fmt.Errorf("release %d is not known to be good, it is %s: ashapp history lists them", to, release.State)
		default:
			return &release, nil
		}
	}
	return nil, fmt.Errorf("there is no release %d: ashapp history lists them", to)
}

// restored is today's stack file with the image and the backend's settings of a release.
func (s *session) restored(release Release) ([]byte, error) {
	config, err := s.Pulumi.Config()
	if err != nil {
		return nil, err
	}
	content, unknown, err := settings.Restore(config, s.Project, release.Image, release.Backend)
	for _, key := range unknown {
		s.Say(fmt.Sprintf("%s had the setting %s, which is not known any more: it is left out", release, key))
	}
	return content, err
}

// run makes a release what runs, or undoes it. done is what it says when it has.
func (s *session) run(ctx context.Context, done string, release Release, good *Release, config []byte) error {
	started := time.Now()
	release.Number, release.Time, release.State = next(s.releases), started.UTC(), Pending
	wanted, err := s.Pulumi.Settings(ctx, config)
	if err != nil {
		return err
	}
	seen, err := s.versions(ctx, wanted)
	if err != nil {
		return err
	}
	if err := s.record(ctx, release); err != nil {
		return err
	}
	cause := s.apply(ctx, &release, config, wanted)
	if cause == nil {
		release.State = Verified
		// The update may have come to an end and the user not want to wait: it is written down all the same.
		err := s.record(context.WithoutCancel(ctx), release)
		if err == nil {
			err = s.prune(ctx)
		}
		s.publish(context.WithoutCancel(ctx), release)
		s.Say(fmt.Sprintf("%s %s in %s: %s", done, release, seconds(started), wanted.URL()))
		return err
	}
	if ctx.Err() != nil {
		return cause // it stays open, and the next command finishes or undoes it
	}
	if s.Locked != nil && s.Locked(cause) {
		return errors.Join(cause, s.forget(ctx, release))
	}
	if changed, err := s.changed(ctx, wanted, seen); err != nil || !changed {
		release.State, release.Cause = Unchanged, cause.Error()
		return errors.Join(fmt.Errorf("nothing was changed on the cluster: %w", cause), err, s.record(ctx, release))
	}
	return s.undo(ctx, release, good, cause)
}

// apply brings a release to the cluster and confirms that it runs. It completes a new one by the image that was built.
func (s *session) apply(ctx context.Context, release *Release, config []byte, wanted settings.Settings) error {
	bring := s.update
	if release.Restores != 0 {
		bring = func(ctx context.Context, config []byte, wanted settings.Settings) error {
			return s.bring(ctx, config, wanted, *release)
		}
	}
	if err := bring(ctx, config, wanted); err != nil {
		return err
	}
	after, err := s.Pulumi.Snapshot(ctx)
	if err != nil {
		return err
	}
	release.State, release.Rendered = Updated, after.Objects
	if release.Restores == 0 {
		release.Image = after.Text("image")
	}
	if err := errors.Join(s.move(ctx, wanted.Backend.Namespace), s.record(ctx, *release)); err != nil {
		s.Say(fmt.Sprintf("warning: %v", err)) // what runs matters more than what is written of it
	}
	return s.confirm(ctx, wanted, release.Image, release.Commit)
}
