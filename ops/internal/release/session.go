package release

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// session is one command's hold on the stack: nobody else releases meanwhile.
type session struct {
	*Deployer
	releases []Release
	snapshot pulumi.Snapshot // from before the command
	// namespace is where the backend was when the command began, or will be where it was nowhere.
	namespace string
	// first: the stack was never up, so that everything that there is afterwards was made by this command.
	first    bool
	giveBack func()
}

// begin looks at what there is. Another release that is being made is a lock.HeldError.
func (d *Deployer) begin(ctx context.Context) (*session, error) {
	snapshot, err := d.Pulumi.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{Deployer: d, snapshot: snapshot, namespace: snapshot.Text("namespace"), giveBack: func() {}}
	if s.namespace == "" {
		s.namespace = d.Settings.Backend.Namespace
	}
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		s.first = snapshot.Resources == 0
		return s, err
	}
	if err := verify.Check(verify.Question{Settings: d.Settings, Client: client, URL: d.URL}); err != nil {
		return nil, err
	}
	if s.giveBack, err = Hold(ctx, client, s.namespace); err != nil {
		return nil, err
	}
	if s.releases, err = (store{client, s.namespace}).list(ctx); err == nil {
		err = s.takeOver(ctx)
	}
	if err != nil {
		s.giveBack()
		return nil, err
	}
	s.first = snapshot.Resources == 0 && len(s.releases) == 0
	return s, nil
}

// record writes a release down. Before the first update there may be nowhere to write to.
func (s *session) record(ctx context.Context, release Release) error {
	client, err := s.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	err = store{client, s.namespace}.put(ctx, release)
	if apierrors.IsNotFound(err) && release.State == Pending {
		return nil // the namespace is not there
	}
	if err != nil {
		return err
	}
	for i := range s.releases {
		if s.releases[i].Number == release.Number {
			s.releases[i] = release
			return nil
		}
	}
	s.releases = append(s.releases, release)
	return nil
}

// move takes the releases to the namespace where the backend is now: Pulumi has removed the one before with all that was in it.
func (s *session) move(ctx context.Context, namespace string) error {
	if namespace == s.namespace {
		return nil
	}
	s.namespace = namespace
	for _, release := range s.releases {
		if err := s.record(ctx, release); err != nil {
			return err
		}
	}
	return nil
}

// forget removes a release that has not begun.
func (s *session) forget(ctx context.Context, release Release) error {
	client, err := s.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	return store{client, s.namespace}.remove(ctx, release)
}

// prune removes old releases.
func (s *session) prune(ctx context.Context) error {
	client, err := s.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	return store{client, s.namespace}.prune(ctx, s.releases)
}

// good is the release to go back to; nil where there is none. It is the last one that was verified, unless something else was brought
// up since by other means, such as ashapp up, and is verified now: then that is written down as a release as well.
func (s *session) good(ctx context.Context) (*Release, error) {
	last := current(s.releases)
	found, err := s.running(ctx)
	if err != nil || found == nil || last != nil && last.same(*found) {
		return last, err
	}
	if !s.confirmed(ctx, *found, "") {
		return last, ctx.Err()
	}
	s.Say(fmt.Sprintf("what runs was brought up by other means: written down as %s", found))
	s.tag(ctx, *found)
	return found, s.record(ctx, *found)
}

// running is what runs and was brought up by Pulumi, as a release of its own; nil where there is no such thing. An image that somebody
// has put into the Deployment is none.
func (s *session) running(ctx context.Context) (*Release, error) {
	live, err := s.live(ctx, s.namespace)
	if err != nil || live == nil || imageOf(live) != s.snapshot.Text("image") || len(s.snapshot.Backend) == 0 {
		return nil, err
	}
	return &Release{
		Number: next(s.releases), Time: live.CreationTimestamp.UTC(), State: Verified, Image: imageOf(live),
		Backend: s.snapshot.Backend, Rendered: s.snapshot.Objects,
	}, nil
}

// confirmed tells whether a release that should run does, and answers as it should. It is so already or it is not: nothing is waited for.
func (s *session) confirmed(ctx context.Context, release Release, commit string) bool {
	wanted := s.Settings
	if wanted.Apply("backend", release.Backend) != nil {
		return false // it was brought up with what is not understood any more
	}
	wanted.Backend.ProgressDeadlineSeconds = 1
	return s.confirm(ctx, wanted, release.Image, commit) == nil
}

// changed tells whether an update that has failed has changed anything, by Pulumi's word or by what the cluster shows.
func (s *session) changed(ctx context.Context, wanted settings.Settings, seen [2]string) (bool, error) {
	after, err := s.Pulumi.Snapshot(ctx)
	if err != nil {
		return true, err
	}
	if after.Resources != s.snapshot.Resources || !equal(after.Objects, s.snapshot.Objects) {
		return true, nil
	}
	now, err := s.versions(ctx, wanted)
	return now != seen, err
}

// versions tell whether the specification of the Deployment changes, where it is and where it is to be.
func (s *session) versions(ctx context.Context, wanted settings.Settings) (found [2]string, err error) {
	for i, namespace := range []string{s.namespace, wanted.Backend.Namespace} {
		live, err := s.live(ctx, namespace)
		if err != nil {
			return found, err
		}
		if live != nil {
			found[i] = fmt.Sprint(live.UID, live.Generation)
		}
	}
	return found, nil
}

// reread has Pulumi read from the cluster what is not as its state says, which it would not notice, and so would not change.
func (s *session) reread(ctx context.Context, why string) error {
	drifted, err := s.Drifted(ctx)
	if err != nil || len(drifted) == 0 {
		return err
	}
	s.Say(why)
	if err := s.Pulumi.Refresh(ctx, drifted); err != nil {
		return err
	}
	s.snapshot, err = s.Pulumi.Snapshot(ctx)
	return err
}
