package release

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/kubernetes"
)

// The releases are Secrets beside the backend, one each as Helm has them: they say what is, and was, on this cluster, whoever deploys
// to it from wherever, and those who may only read the namespace (the role view) do not see them.
const (
	secretType = "ashapp-backend/release.v1" //nolint:gosec // a type of Secrets
	secretKey  = "release"
	// kept is how many of the latest releases are kept, with the latest verified one.
	kept = 30
	// largest bounds what one release may take, far below the 1 MiB that a Secret may have.
	largest = 256 << 10
)

// store holds the releases in a namespace of a cluster.
type store struct {
	client    kubernetes.Interface
	namespace string
}

// list reads all releases, the latest last. Where there is no namespace there are none.
func (s store) list(ctx context.Context) ([]Release, error) {
	secrets, err := s.client.CoreV1().Secrets(s.namespace).List(ctx, metav1.ListOptions{FieldSelector: "type=" + secretType})
	if err != nil {
		return nil, fmt.Errorf("reading the releases in namespace %s: %w", s.namespace, err)
	}
	var releases []Release
	for _, secret := range secrets.Items {
		if secret.Type != secretType {
			continue
		}
		var release Release
		if err := json.Unmarshal(secret.Data[secretKey], &release); err != nil {
			return nil, fmt.Errorf("reading the release in Secret %s/%s: %w: delete the Secret to do without it", s.namespace, secret.Name, err)
		}
		releases = append(releases, release)
	}
	slices.SortFunc(releases, func(a, b Release) int { return a.Number - b.Number })
	return releases, nil
}

// put writes a release down, in place of what was written of it before.
func (s store) put(ctx context.Context, release Release) error {
	content, err := json.Marshal(release)
	if err != nil {
		return fmt.Errorf("writing %s: %w", release, err)
	}
	if len(content) > largest {
		return fmt.Errorf("writing %s: it takes %d bytes, and the most is %d", release, len(content), largest)
	}
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: s.secretName(release), Labels: map[string]string{
			"app.kubernetes.io/name": settings.Template, "app.kubernetes.io/part-of": "ashapp",
			"ashapp-backend/release": strconv.Itoa(release.Number), "ashapp-backend/state": strings.ReplaceAll(string(release.State), " ", "-"),
		}},
		Type: secretType, Data: map[string][]byte{secretKey: content},
	}
	secrets := s.client.CoreV1().Secrets(s.namespace)
	err = retry.OnError(retry.DefaultBackoff, transient, func() error {
		_, err := secrets.Update(ctx, secret, metav1.UpdateOptions{})
		if apierrors.IsNotFound(err) {
			_, err = secrets.Create(ctx, secret, metav1.CreateOptions{})
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("writing %s to Secret %s/%s: %w", release, s.namespace, secret.Name, err)
	}
	return nil
}

// transient tells whether it is worth to ask once more.
func transient(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsTooManyRequests(err) || apierrors.IsInternalError(err)
}

// prune removes the oldest releases beyond those that are kept, but never the last one that was verified.
func (s store) prune(ctx context.Context, releases []Release) error {
	last := current(releases)
	for _, release := range releases[:max(0, len(releases)-kept)] {
		if last != nil && release.Number == last.Number {
			continue
		}
		if err := s.remove(ctx, release); err != nil {
			return err
		}
	}
	return nil
}

// remove forgets a release.
func (s store) remove(ctx context.Context, release Release) error {
	err := s.client.CoreV1().Secrets(s.namespace).Delete(ctx, s.secretName(release), metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("removing %s from namespace %s: %w", release, s.namespace, err)
	}
	return nil
}

func (s store) secretName(release Release) string {
	return fmt.Sprintf("%s-release-%d", settings.Template, release.Number)
}

// next is the number of the release after all of these.
func next(releases []Release) int {
	if len(releases) == 0 {
		return 1
	}
	return releases[len(releases)-1].Number + 1
}

// current is the release that runs, as far as anybody has verified it: the last one that was; nil where there is none.
func current(releases []Release) *Release {
	for _, release := range slices.Backward(releases) {
		if release.State == Verified {
			return &release
		}
	}
	return nil
}

// before is the verified release that ran before another one, which may be a release that has brought an earlier one back: then what
// counts is what ran before that one, so that going back again and again leads further back. Nil where there is none.
func before(releases []Release, release Release) *Release {
	number := release.Number
	if release.Restores != 0 {
		number = release.Restores
	}
	for _, earlier := range slices.Backward(releases) {
		if earlier.Number < number && earlier.State == Verified && !earlier.same(release) {
			return &earlier
		}
	}
	return nil
}
