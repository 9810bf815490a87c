package release

import (
	"context"
	"errors"
	"fmt"
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
	release := s.releases[len(s.releases)-1]
	s.Say(fmt.Sprintf("%s was stopped before it came to an end", release))
	if release.State == Updated && s.finished(ctx, release) {
		release.State = Verified
		s.Say(fmt.Sprintf("it runs and answers as it should: %s is verified", release))
		return s.record(ctx, release)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	cause := errors.New("its command was stopped")
	good := current(s.releases)
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

// finished tells whether a release that was updated is as it should be.
func (s *session) finished(ctx context.Context, release Release) bool {
	wanted := s.Settings
	return wanted.Apply("backend", release.Backend) == nil && s.confirm(ctx, wanted, release.Image, release.Commit) == nil
}

// local tells whether the stack makes its own cluster.
func (s *session) local() bool { return s.Settings.Cluster.Kind == settings.Local }
