// Package deploy brings a stack to a new version and, where that fails, back to the last good one.
//
// Pulumi keeps the specification of a failed rollout in its state and does not go back by itself. So that state and cluster
// agree, going back is an update as well: one that deploys the image of the last good release.
package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"

	"github.com/ashwanth01/ashapp-backend/infra/internal/rollout"
	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

// Operator runs Pulumi on the stack, as stack.Operator does. A config is the content of a stack file.
type Operator interface {
	Config() ([]byte, error)
	Preview(ctx context.Context) error
	// Refresh reads resources anew, so that the next update puts back what was changed by other means.
	Refresh(ctx context.Context, urns []string) error
	Update(ctx context.Context, config []byte) error
	Destroy(ctx context.Context) error
	Output(ctx context.Context, name string) (string, error)
	Say(line string) error
}

// Deployer deploys one stack.
type Deployer struct {
	Operator Operator
	Settings settings.Settings
	// Project is its name in Pulumi.yaml.
	Project string
	// URL is where the backend is asked after an update. Empty: where the settings say.
	URL string
	// Connect leads to the stack's cluster; it returns nil where that does not exist yet.
	Connect func(ctx context.Context) (kubernetes.Interface, error)
	// Drifted lists the URNs of what was changed on the cluster by other means than the stack.
	Drifted func(ctx context.Context) ([]string, error)
	// Verify asks the backend at a URL whether it greets so and tells the commit, as verify.Backend does.
	Verify func(ctx context.Context, url, greeting, commit string) error
	// Commit is the Git commit that the next image is built from; empty where images do not tell theirs.
	Commit func(ctx context.Context) (string, error)
}

// Deploy previews, updates, verifies, and writes down what came of it. Where the update cannot succeed or the backend does
// not answer as it should, the last good release is put back, or what a first deployment has made is removed; the
// error then tells the cause.
func (d *Deployer) Deploy(ctx context.Context) error {
	started := time.Now()
	commit, err := d.Commit(ctx)
	if err != nil {
		return err
	}
	config, err := d.Operator.Config()
	if err != nil {
		return err
	}
	good, err := d.lastGood(ctx)
	if err != nil {
		return err
	}
	if err := d.mend(ctx); err != nil {
		return err
	}
	if err := d.Operator.Preview(ctx); err != nil {
		return err
	}
	if d.Settings.Image.Ref != "" {
		commit = "" // nothing is built, and whoever built it is not here
	}
	release := Release{Time: started.UTC(), Commit: commit, Config: string(config)}
	failure := d.release(ctx, &release)
	if failure == nil {
		return d.Operator.Say(fmt.Sprintf("deployed %s in %.1f s: %s", release, time.Since(started).Seconds(), d.url(d.Settings)))
	}
	if ctx.Err() != nil {
		return failure // interrupted: make deploy again goes on from here
	}
	return d.undo(ctx, good, failure)
}

// mend has Pulumi see what was changed by other means, which it would not notice.
func (d *Deployer) mend(ctx context.Context) error {
	drifted, err := d.Drifted(ctx)
	if err != nil || len(drifted) == 0 {
		return err
	}
	return errors.Join(
		d.Operator.Say("what was changed on the cluster by other means is put back (make drift lists it)"), d.Operator.Refresh(ctx, drifted))
}

// Rollback deploys the good release before the last one.
func (d *Deployer) Rollback(ctx context.Context) error {
	started := time.Now()
	releases, err := d.History(ctx)
	if err != nil {
		return err
	}
	current, err := d.Operator.Output(ctx, "image")
	if err != nil {
		return err
	}
	before := previous(releases, current)
	if before == nil {
		return fmt.Errorf("there is no good release before %s to go back to: make history lists them", current)
	}
	release := *before
	release.Time = started.UTC()
	if err := d.release(ctx, &release); err != nil {
		return fmt.Errorf("rolling back to %s: %w", before, err)
	}
	return d.Operator.Say(fmt.Sprintf("rolled back to %s in %.1f s: %s", release, time.Since(started).Seconds(), d.url(d.Settings)))
}

// release updates the stack by a release's config, verifies it, completes the release and writes it down.
func (d *Deployer) release(ctx context.Context, release *Release) error {
	deployed, err := d.settingsOf(release.Config)
	if err != nil {
		return err
	}
	err = d.rollOut(ctx, []byte(release.Config), deployed)
	if err == nil {
		err = d.verify(ctx, deployed, release.Commit)
	}
	if ctx.Err() != nil {
		return err
	}
	release.Outcome = Deployed
	if err != nil {
		release.Outcome = Failed
	}
	return errors.Join(err, d.complete(ctx, release, deployed), d.record(ctx, *release, deployed))
}

// rollOut updates the stack and stops waiting as soon as the rollout cannot succeed.
func (d *Deployer) rollOut(ctx context.Context, config []byte, deployed settings.Settings) error {
	client, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	if client == nil {
		return d.Operator.Update(ctx, config) // it makes the cluster, too
	}
	watcher, err := rollout.NewWatcher(ctx, client, target(deployed))
	if err != nil {
		return err
	}
	updating, stop := context.WithCancelCause(ctx)
	watched := make(chan error, 1)
	go func() {
		err := watcher.Watch(updating)
		if failure := (*rollout.FailedError)(nil); errors.As(err, &failure) {
			stop(failure)
		}
		watched <- err
	}()
	err = d.Operator.Update(updating, config)
	stop(nil)
	if seen := <-watched; seen != nil && err != nil {
		return seen // why Pulumi has ended is in it
	}
	return err
}

// undo puts the last good release back, or removes what a first deployment has made.
func (d *Deployer) undo(ctx context.Context, good *Release, failure error) error {
	started := time.Now()
	if err := d.Operator.Say(fmt.Sprintf("the deployment failed: %v", failure)); err != nil {
		return err
	}
	if good == nil {
		if err := errors.Join(d.Operator.Say("removing what it has made: nothing was deployed before"), d.Operator.Destroy(ctx)); err != nil {
			return errors.Join(failure, fmt.Errorf("removing what the first deployment has made: %w", err))
		}
		return undone{"the first deployment failed, and what it had made is removed", failure}
	}
	if err := d.Operator.Say("going back to " + good.String()); err != nil {
		return err
	}
	back := *good
	back.Time = started.UTC()
	if err := d.release(ctx, &back); err != nil {
		return errors.Join(failure, fmt.Errorf("going back to %s failed as well: %w", good, err))
	}
	return undone{fmt.Sprintf("the deployment failed, and %s is back after %.1f s", good, time.Since(started).Seconds()), failure}
}

// undone is the error of a deployment that has failed and left no trace. Its cause has been said already.
type undone struct {
	text  string
	cause error
}

// Error implements error.
func (u undone) Error() string { return u.text }

// Unwrap gives the cause.
func (u undone) Unwrap() error { return u.cause }
