// Package release brings a stack to a new version and, where that fails, back to the last good one.
//
// Pulumi keeps the specification of a failed rollout in its state and does not go back by itself. So that state and cluster
// agree, going back is an update as well: one that deploys the image of the last good release. Of an update that was stopped the
// state may hold nothing, though the cluster has it all, so what differs is read anew before anything else is applied.
package release

import (
	"context"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/rollout"
)

// Operator runs Pulumi on the stack, as stack.Operator does. A config is the content of a stack file.
type Operator interface {
	Config() ([]byte, error)
	Preview(ctx context.Context) error
	// Refresh reads resources anew, so that the next update puts back what was changed by other means.
	Refresh(ctx context.Context, urns []string) error
	Update(ctx context.Context, config []byte) error
	// Image is the image, by digest, that the last update has deployed by its own word.
	Image(ctx context.Context) (string, error)
	Destroy(ctx context.Context) error
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
	commit, err := d.Commit(ctx)
	if err != nil {
		return err
	}
	if err := d.reread(ctx, putBack); err != nil {
		return err
	}
	if err := d.Operator.Preview(ctx); err != nil {
		return err
	}
	good, err := d.lastGood(ctx)
	if err != nil {
		return err
	}
	config, err := d.Operator.Config() // now, since Pulumi may have added the salt of the passphrase
	if err != nil {
		return err
	}
	if d.Settings.Image.Ref != "" {
		commit = "" // nothing is built, and whoever built it is not here
	}
	release := Release{Time: time.Now().UTC(), Commit: commit, Config: string(config)}
	return d.finish(ctx, "deployed", &release, good)
}

// finish makes a release what runs, or undoes it.
func (d *Deployer) finish(ctx context.Context, done string, release, good *Release) error {
	started := time.Now()
	before, err := d.live(ctx)
	if err != nil {
		return err
	}
	failure := d.release(ctx, release)
	if ctx.Err() != nil {
		return failure // interrupted: the next make deploy goes on from here
	}
	if failure != nil {
		return d.undo(ctx, good, release, before, failure)
	}
	recorded := d.record(ctx, release, Deployed)
	return errors.Join(recorded, d.Operator.Say(
		fmt.Sprintf("%s %s in %.1f s: %s", done, release, time.Since(started).Seconds(), d.url(d.Settings))))
}

// Why the state is read anew.
const (
	putBack = "what was changed on the cluster by other means is put back (make drift lists it)"
	stopped = "the state is not what the cluster shows: reading it anew"
)

// reread has Pulumi read from the cluster what is not as its state says, which it would not notice, and so would not change.
func (d *Deployer) reread(ctx context.Context, why string) error {
	drifted, err := d.Drifted(ctx)
	if err != nil || len(drifted) == 0 {
		return err
	}
	return errors.Join(d.Operator.Say(why), d.Operator.Refresh(ctx, drifted))
}

// Rollback deploys the good release before the last one.
func (d *Deployer) Rollback(ctx context.Context) error {
	releases, err := d.History(ctx)
	if err != nil {
		return err
	}
	good, err := d.lastGood(ctx)
	if err != nil {
		return err
	}
	if good == nil {
		return errors.New("nothing is deployed: make deploy")
	}
	before := previous(releases, good.Image)
	if before == nil {
		return fmt.Errorf("there is no good release before %s to go back to: make history lists them", good)
	}
	if err := d.reread(ctx, putBack); err != nil {
		return err
	}
	release := *before
	release.Time = time.Now().UTC()
	return d.finish(ctx, "rolled back to", &release, good)
}

// release updates the stack by a release's config, waits until the cluster shows it, and verifies it. A release that has no image
// yet gets the one that was built.
func (d *Deployer) release(ctx context.Context, release *Release) error {
	deployed, err := d.settingsOf(release.Config)
	if err != nil {
		return err
	}
	if err := d.rollOut(ctx, []byte(release.Config), deployed); err != nil {
		return err
	}
	if release.Image == "" {
		if release.Image, err = d.Operator.Image(ctx); err != nil {
			return err
		}
	}
	if err := d.settle(ctx, deployed, release.Image); err != nil {
		return err
	}
	return d.Verify(ctx, d.url(deployed), deployed.Backend.Greeting, release.Commit)
}

// settle waits until the cluster shows that all pods run the image: what Pulumi has said is no proof.
func (d *Deployer) settle(ctx context.Context, deployed settings.Settings, image string) error {
	client, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	if client == nil {
		return errors.New("the update has succeeded and its cluster is not there: make deploy again")
	}
	return rollout.AwaitSettled(ctx, client, target(deployed), image, deployed.Backend.ProgressDeadlineSeconds)
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
	updating, stop := context.WithCancel(ctx)
	watched := make(chan *rollout.FailedError, 1)
	go func() {
		var failure *rollout.FailedError
		// Where the connection breaks off, Pulumi waits for the rollout all the same.
		if err := watcher.Watch(updating); errors.As(err, &failure) {
			stop()
		}
		watched <- failure
	}()
	err = d.Operator.Update(updating, config)
	stop()
	if failure := <-watched; failure != nil && err != nil {
		return failure // it says why Pulumi was stopped
	}
	return err
}

// undo puts the last good release back, or removes what a first deployment has made. before is the Deployment as it was.
func (d *Deployer) undo(ctx context.Context, good, failed *Release, before *appsv1.Deployment, cause error) error {
	started := time.Now()
	if err := d.Operator.Say(fmt.Sprintf("the deployment failed: %v", cause)); err != nil {
		return err
	}
	if good == nil {
		if err := errors.Join(d.Operator.Say("removing what it has made: nothing was deployed before"), d.Operator.Destroy(ctx)); err != nil {
			return errors.Join(cause, fmt.Errorf("removing what the first deployment has made: %w", err))
		}
		return &failure{Undone, "the first deployment failed, and what it had made is removed", cause}
	}
	recorded := errors.Join(d.recordFailed(ctx, failed, before), d.Operator.Say("going back to "+good.String()))
	back := *good
	back.Time = started.UTC()
	err := d.reread(ctx, stopped)
	if err == nil {
		err = d.release(ctx, &back)
	}
	if err != nil {
		return errors.Join(&failure{NeedsPerson, fmt.Sprintf("going back to %s failed as well: %v", good, err), cause}, recorded)
	}
	recorded = errors.Join(recorded, d.record(ctx, &back, Deployed))
	text := fmt.Sprintf("the deployment failed, and %s is back after %.1f s", good, time.Since(started).Seconds())
	return errors.Join(recorded, &failure{Undone, text, cause})
}
