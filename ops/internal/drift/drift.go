// Package drift compares a cluster with the state of a stack, and changes neither.
//
// An object has drifted when applying it once more would change it, or when somebody else than the stack has set a field of
// its specification, its labels or its annotations. Kubernetes itself answers both: by a server-side apply that is a dry run, and
// by the managers of fields that it keeps (https://kubernetes.io/docs/reference/using-api/server-side-apply).
package drift

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
)

// Report is what has come of a comparison. Its JSON is what scripts read.
type Report struct {
	// Differences are in the order of the state; none where the cluster is as the stack has made it.
	Differences []Difference `json:"differences"`
	// Warnings are a line each about what could not be compared.
	Warnings []string `json:"warnings"`
}

// Difference is one way in which an object on the cluster is not what the stack has made it.
type Difference struct {
	// Object is "Kind namespace/name", or "Kind name" for an object in no namespace.
	Object string `json:"object"`
	// Message says what is different.
	Message string `json:"message"`
	// URN is the object's in the stack's state.
	URN string `json:"urn"`
	// Foreign is a field that somebody else has added: applying the object once more leaves it.
	Foreign bool `json:"foreign"`
}

// String is the difference as one line.
func (d Difference) String() string { return d.Object + ": " + d.Message }

// Find compares objects with those on the cluster.
func Find(ctx context.Context, c *cluster.Cluster, objects []cluster.Object, ignored Ignored) (Report, error) {
	report := Report{Differences: []Difference{}, Warnings: []string{}}
	for _, object := range objects {
		if err := report.compare(ctx, c, object, ignored); err != nil {
			return Report{}, err
		}
	}
	return report, nil
}

// compare adds the differences of one object.
func (r *Report) compare(ctx context.Context, c *cluster.Cluster, object cluster.Object, ignored Ignored) error {
	name := cluster.NameOf(object.Manifest)
	resource, err := c.Resource(object.Manifest)
	if err != nil {
		return err
	}
	live, err := resource.Get(ctx, object.Manifest.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		r.add(object, false, []string{"it is not there"})
		return nil
	}
	if err != nil {
		return fmt.Errorf("comparing %s: %w", name, err)
	}
	applied, err := c.DryRun(ctx, object)
	switch {
	case refused(err):
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s: only what somebody else has added is known, since the cluster refuses to apply it "+
			"as a dry run: %v", name, err))
	case cluster.Blocked(err):
		r.add(object, false, []string{fmt.Sprintf("it can no longer be applied as it is: %v", err)})
	case err != nil:
		return fmt.Errorf("comparing %s: applying it as a dry run: %w", name, err)
	default:
		r.add(object, false, changes(live.Object, applied.Object, ignored))
	}
	r.add(object, true, foreign(live, object.Manager, ignored))
	return nil
}

func (r *Report) add(object cluster.Object, isForeign bool, messages []string) {
	for _, message := range messages {
		r.Differences = append(r.Differences, Difference{
			Object: cluster.NameOf(object.Manifest), Message: message, URN: object.URN, Foreign: isForeign,
		})
	}
}

// refused tells whether the cluster has answered that it does not do a dry run of this: a webhook does not support any, or somebody
// without the right to change may only look. That says nothing about the object.
func refused(err error) bool {
	return apierrors.IsBadRequest(err) || apierrors.IsForbidden(err)
}
