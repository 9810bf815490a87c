package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
	"github.com/ashwanth01/ashapp-backend/ops/internal/rollout"
	"github.com/ashwanth01/ashapp-backend/ops/internal/verify"
)

// Pulumi runs Pulumi on the stack, as stack.Operator does. A config is the content of a stack file.
type Pulumi interface {
	Config() ([]byte, error)
	Preview(ctx context.Context) error
	// Refresh reads resources anew, so that the next update puts back what was changed by other means.
	Refresh(ctx context.Context, urns []string) error
	Update(ctx context.Context, config []byte) error
	Destroy(ctx context.Context) error
	Snapshot(ctx context.Context) (pulumi.Snapshot, error)
	// Settings are those that the program gets by a config: decrypted, and with the project's defaults.
	Settings(ctx context.Context, config []byte) (settings.Settings, error)
	// Planned are the manifests, by name, that an update by a config would render.
	Planned(ctx context.Context, config []byte) (map[string]json.RawMessage, error)
}

// Objects changes single objects on the cluster, past Pulumi.
type Objects interface {
	// Apply makes an object what its manifest says, whoever has changed it.
	Apply(ctx context.Context, object pulumi.Object) error
	// Remove removes an object; that it is gone already is no error.
	Remove(ctx context.Context, object pulumi.Object) error
}

// Deployer makes releases of one stack.
type Deployer struct {
	Pulumi   Pulumi
	Settings settings.Settings
	// Project is its name in Pulumi.yaml, Stack that of the stack.
	Project, Stack string
	// URL is where the backend is asked after an update. Empty: where the settings say.
	URL string
	// Cleanup removes what a first release has made on an existing cluster, where that fails. On a local one it is always removed.
	Cleanup bool
	// Say tells the user something, in a line. What is done does not depend on whether anybody hears it.
	Say func(line string)
	// Connect leads to the stack's cluster; it returns nil where that does not exist yet.
	Connect func(ctx context.Context) (kubernetes.Interface, error)
	// Objects are those of the stack's cluster.
	Objects Objects
	// Images are those in the registry that the stack pushes to, and in others.
	Images Images
	// Drifted lists the URNs of what was changed on the cluster by other means than the stack.
	Drifted func(ctx context.Context) ([]string, error)
	// Verify asks the backend whether it is what was deployed, as verify.Backend does.
	Verify func(ctx context.Context, question verify.Question) error
	// Commit is the Git commit that the next image is built from; empty where images do not tell theirs.
	Commit func(ctx context.Context) (string, error)
	// NotOlder refuses the next commit where what runs was built from a later one. Nil: any order will do.
	NotOlder func(ctx context.Context, running, next string) error
	// Locked tells of an error of Pulumi's whether somebody else is changing the stack, so that nothing was changed by us.
	Locked func(err error) bool
}

// Why the state is read anew.
const (
	putBack = "what was changed on the cluster by other means is put back (ashapp drift lists it)"
	stopped = "the state is not what the cluster shows: reading it anew"
)

// update brings the stack to a config and stops waiting as soon as the rollout cannot succeed.
func (d *Deployer) update(ctx context.Context, config []byte, wanted settings.Settings) error {
	client, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	if client == nil {
		return d.Pulumi.Update(ctx, config) // it makes the cluster, too
	}
	watcher, err := rollout.NewWatcher(ctx, client, target(wanted))
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
	err = d.Pulumi.Update(updating, config)
	stop()
	if failure := <-watched; failure != nil && err != nil {
		return failure // it says why Pulumi was stopped
	}
	return err
}

// confirm waits until the cluster shows that every pod runs the image, and asks the backend whether it is the right one: what Pulumi
// has said is no proof.
func (d *Deployer) confirm(ctx context.Context, wanted settings.Settings, image, commit string) error {
	client, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	if client == nil {
		return errors.New("the update has succeeded and its cluster is not there: ashapp deploy again")
	}
	if err := rollout.AwaitSettled(ctx, client, target(wanted), image, wanted.Backend.ProgressDeadlineSeconds); err != nil {
		return err
	}
	return d.Verify(ctx, verify.Question{Settings: wanted, Client: client, URL: d.URL, Commit: commit})
}

// live is the Deployment in a namespace of the cluster; nil where there is none.
func (d *Deployer) live(ctx context.Context, namespace string) (*appsv1.Deployment, error) {
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return nil, err
	}
	deployment, err := client.AppsV1().Deployments(namespace).Get(ctx, deploymentName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking at the Deployment %s/%s: %w", namespace, deploymentName, err)
	}
	return deployment, nil
}

const deploymentName = settings.Name

func target(s settings.Settings) rollout.Target {
	return rollout.Target{
		Namespace: s.Backend.Namespace, Name: deploymentName, Selector: settings.Selector,
		Patience: time.Duration(s.Backend.RolloutPatienceSeconds) * time.Second,
	}
}

func imageOf(deployment *appsv1.Deployment) string {
	return deployment.Spec.Template.Spec.Containers[0].Image
}

// seconds is the time since a start, for people.
func seconds(started time.Time) string { return fmt.Sprintf("%.1f s", time.Since(started).Seconds()) }
