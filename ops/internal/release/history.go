package release

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// Outcome is what came of a release.
type Outcome string

// Outcomes.
const (
	Deployed Outcome = "deployed"
	Failed   Outcome = "failed"
)

// Release is one deployment of a version.
type Release struct {
	Time    time.Time `json:"time"`
	Image   string    `json:"image"`  // by digest; empty where it has failed before the cluster got one
	Commit  string    `json:"commit"` // empty where the image does not tell it
	Outcome Outcome   `json:"outcome"`
	// Config is the stack file that deploys it again: its settings, with the image pinned. Secrets in it are encrypted.
	Config string `json:"config"`
}

// String names the release by its digest and commit, as far as one needs to tell it from others.
func (r Release) String() string {
	_, digest, _ := strings.Cut(r.Image, "@")
	if r.Commit == "" {
		return digest
	}
	return digest + " (commit " + r.Commit + ")"
}

const (
	// historyName is the ConfigMap that holds the history, beside the backend: it says what is, and was, on this cluster,
	// whoever deploys to it from wherever.
	historyName = "ashapp-backend-releases"
	historyKey  = "releases.json"
	// kept is how many releases it holds, far below the 1 MiB that a ConfigMap may have.
	kept = 50
)

// History lists the releases, the latest last.
func (d *Deployer) History(ctx context.Context) ([]Release, error) {
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return nil, err
	}
	releases, _, err := readHistory(ctx, client, d.Settings.Backend.Namespace)
	return releases, err
}

func readHistory(ctx context.Context, client kubernetes.Interface, namespace string) ([]Release, *corev1.ConfigMap, error) {
	object, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, historyName, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the history in ConfigMap %s/%s: %w", namespace, historyName, err)
	}
	var releases []Release
	if err := json.Unmarshal([]byte(object.Data[historyKey]), &releases); err != nil {
		return nil, nil, fmt.Errorf("reading the history in ConfigMap %s/%s: %w: delete it to begin anew", namespace, historyName, err)
	}
	return releases, object, nil
}

// recordFailed appends a release that has failed. Its image is the one that the cluster was given; none where the update had
// failed before.
func (d *Deployer) recordFailed(ctx context.Context, release *Release, before *appsv1.Deployment) error {
	after, err := d.live(ctx)
	if err != nil {
		return err
	}
	release.Image = ""
	if after != nil && (before == nil || after.UID != before.UID || after.Generation != before.Generation) {
		release.Image = imageOf(after)
	}
	return d.record(ctx, release, Failed)
}

// record completes a release by its outcome, pins its image, and appends it to the history.
func (d *Deployer) record(ctx context.Context, release *Release, outcome Outcome) error {
	deployed, err := d.settingsOf(release.Config)
	if err != nil {
		return err
	}
	client, err := d.Connect(ctx)
	if err != nil || client == nil {
		return err
	}
	release.Outcome = outcome
	if release.Image != "" {
		pinned, err := settings.PinImage([]byte(release.Config), d.Project, release.Image)
		if err != nil {
			return err
		}
		release.Config = string(pinned)
	}
	return appendHistory(ctx, client, deployed.Backend.Namespace, *release)
}

func appendHistory(ctx context.Context, client kubernetes.Interface, namespace string, release Release) error {
	releases, object, err := readHistory(ctx, client, namespace)
	if err != nil {
		return err
	}
	releases = append(releases, release)
	content, err := json.Marshal(releases[max(0, len(releases)-kept):])
	if err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	objects := client.CoreV1().ConfigMaps(namespace)
	if object == nil {
		_, err = objects.Create(ctx, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: historyName, Labels: map[string]string{"app.kubernetes.io/part-of": "ashapp"}},
			Data:       map[string]string{historyKey: string(content)},
		}, metav1.CreateOptions{})
	} else {
		object.Data[historyKey] = string(content)
		_, err = objects.Update(ctx, object, metav1.UpdateOptions{}) // refused where somebody else has written meanwhile
	}
	if err != nil {
		return fmt.Errorf("writing the history to ConfigMap %s/%s: %w", namespace, historyName, err)
	}
	return nil
}

// lastGood is the release to go back to; nil where nothing is deployed. It is the last one that was deployed, unless something
// else was brought up since, outside of the history, and is healthy.
func (d *Deployer) lastGood(ctx context.Context) (*Release, error) {
	deployment, err := d.live(ctx)
	if err != nil || deployment == nil {
		return nil, err
	}
	releases, err := d.History(ctx)
	if err != nil {
		return nil, err
	}
	last := previous(releases, "")
	if last != nil && (last.Image == imageOf(deployment) || !healthy(deployment)) {
		return last, nil
	}
	config, err := d.Operator.Config()
	if err != nil {
		return nil, err
	}
	pinned, err := settings.PinImage(config, d.Project, imageOf(deployment))
	return &Release{Image: imageOf(deployment), Outcome: Deployed, Config: string(pinned)}, err
}

// previous is the last good release of another image than the current one.
func previous(releases []Release, current string) *Release {
	for _, release := range slices.Backward(releases) {
		if release.Outcome == Deployed && release.Image != current {
			return &release
		}
	}
	return nil
}

// PrintHistory prints the releases as a table, the latest first.
func PrintHistory(out io.Writer, releases []Release) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows := []string{"TIME\tOUTCOME\tCOMMIT\tIMAGE"}
	for _, release := range slices.Backward(releases) {
		commit := release.Commit
		if commit == "" {
			commit = "unknown"
		}
		image := release.Image
		if image == "" {
			image = "none"
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s", release.Time.Format(time.RFC3339), release.Outcome, commit, image))
	}
	if _, err := fmt.Fprintln(table, strings.Join(rows, "\n")); err != nil {
		return err
	}
	return table.Flush()
}
