package release

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// undo restores the last good release, or removes what a first release has made.
func (s *session) undo(ctx context.Context, release Release, good *Release, cause error) error {
	started := time.Now()
	s.Say(fmt.Sprintf("%s failed: %v", release, cause))
	release.Cause = cause.Error()
	unwritten := s.record(ctx, release) // whoever comes after one that is killed now goes on from here
	if good == nil {
		return errors.Join(s.undoFirst(ctx, release, cause), unwritten)
	}
	s.Say("going back to " + good.String())
	if err := s.restore(ctx, *good); err != nil {
		return errors.Join(s.giveUp(ctx, release, cause, fmt.Errorf("going back to %s failed as well: %w", good, err)), unwritten)
	}
	release.State = Undone
	text := fmt.Sprintf("%s failed, and release %d is back after %s", release, good.Number, seconds(started))
	return errors.Join(&failure{Undone, text, cause}, s.record(ctx, release))
}

// undoFirst removes what a first release has made, where this very command has made it all.
func (s *session) undoFirst(ctx context.Context, release Release, cause error) error {
	if !s.first {
		return s.giveUp(ctx, release, cause, errors.New("no release before it is known to be good, so nothing is changed any more: "+
			"mend the cause and ashapp deploy again"))
	}
	if !s.local() && !s.Cleanup {
		return s.giveUp(ctx, release, cause, errors.New("it was the first one, and what it has made is left to be looked at: "+
			"ashapp deploy again, or ashapp down removes it (deploy --cleanup does so by itself)"))
	}
	s.Say("removing what it has made: nothing was deployed before")
	if err := s.Pulumi.Destroy(ctx); err != nil {
		return &failure{NeedsPerson, fmt.Sprintf("removing what the first release has made failed: %v", err), cause}
	}
	return &failure{Undone, "the first release failed, and what it had made is removed", cause}
}

// giveUp writes down that a person has to look.
func (s *session) giveUp(ctx context.Context, release Release, cause, why error) error {
	release.State, release.Cause = NeedsPerson, fmt.Sprintf("%v; %v", cause, why)
	return errors.Join(&failure{NeedsPerson, fmt.Sprintf("%s failed: %v\n%v", release, cause, why), cause}, s.record(ctx, release))
}

// resume finishes or undoes a release whose command was killed, and says which.
func (s *session) resume(ctx context.Context) error {
	if len(s.releases) == 0 || !s.releases[len(s.releases)-1].Open() {
		return nil
	}
	release, good := s.releases[len(s.releases)-1], current(s.releases)
	s.Say(fmt.Sprintf("%s was stopped before it came to an end", release))
	found, err := s.running(ctx)
	if err != nil {
		return err
	}
	if found != nil && (good == nil || !good.same(*found)) {
		if release.became(*found) && s.confirmed(ctx, *found, release.Commit) {
			release.State, release.Image, release.Rendered = Verified, found.Image, found.Rendered
			s.Say(fmt.Sprintf("it runs and answers as it should: %s is verified", release))
			s.publish(ctx, release)
			return s.record(ctx, release)
		}
		if !release.became(*found) && s.confirmed(ctx, *found, "") {
			release.State, release.Cause = Undone, "its command was stopped, and something else was brought up since"
			return s.record(ctx, release)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.undoStopped(ctx, release, good)
}

// became tells whether what runs is what a release that was stopped was to make. Its image may not be known.
func (r Release) became(running Release) bool {
	return maps.Equal(r.Backend, running.Backend) && (r.Image == "" || r.Image == running.Image)
}

// undoStopped restores the release before one that was stopped.
func (s *session) undoStopped(ctx context.Context, release Release, good *Release) error {
	cause := errors.New("its command was stopped")
	if good == nil {
		release.State, release.Cause = NeedsPerson, cause.Error()
		return s.record(ctx, release)
	}
	s.Say("going back to " + good.String())
	if err := s.restore(ctx, *good); err != nil {
		return s.giveUp(ctx, release, cause, fmt.Errorf("going back to %s failed: %w", good, err))
	}
	release.State, release.Cause = Undone, cause.Error()
	s.Say(fmt.Sprintf("%s is undone, and release %d is back", release, good.Number))
	return s.record(ctx, release)
}

// local tells whether the stack makes its own cluster.
func (s *session) local() bool { return s.Settings.Cluster.Kind == settings.Local }
