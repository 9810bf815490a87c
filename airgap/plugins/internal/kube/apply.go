package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
)

// managerPrefix begins the names of our field managers. Each resource has one
// of its own, so that two of them can share an object without taking each
// other's fields.
const managerPrefix = "pulumi-kubernetes-"

// conflictHelp explains field conflicts.
const conflictHelp = "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
	"managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources"

// creationRetries makes a program robust against an order it does not spell
// out: a namespace, or the definition of a kind, that is being created beside
// the object. No event tells that either came into being.
func creationRetries() wait.Backoff {
	return wait.Backoff{Duration: time.Second, Factor: 2, Steps: 6}
}

// fieldManager returns the manager that the inputs or the state name, or a new one.
func fieldManager(inputs *unstructured.Unstructured, inState string) (string, error) {
	if chosen := object.FieldManager(inputs); chosen != "" {
		return chosen, nil
	}
	if inState != "" {
		return inState, nil
	}
	name, err := resource.NewUniqueName(nil, managerPrefix, 0, 0, nil)
	if err != nil {
		return "", fmt.Errorf("naming the field manager: %w", err)
	}
	return name, nil
}

// applyNew applies an object that should not exist yet, again when what it
// depends on is not there yet.
func applyNew(
	ctx context.Context, reached *cluster.Cluster, inputs *unstructured.Unstructured,
	options cluster.ApplyOptions, lines *progress,
) (*unstructured.Unstructured, error) {
	var applied *unstructured.Unstructured
	var failure error
	attempt := 0
	err := wait.ExponentialBackoffWithContext(ctx, creationRetries(), func(ctx context.Context) (bool, error) {
		applied, failure = reached.Apply(ctx, inputs, options)
		if failure == nil || options.DryRun && missingNamespace(failure) {
			return true, nil
		}
		lines.info(ctx, fmt.Sprintf("Retry #%d; creation failed: %v", attempt, failure))
		attempt++
		if meta.IsNoMatchError(failure) {
			reached.Forget()
			return false, nil
		}
		return !apierrors.IsNotFound(failure), nil
	})
	if failure == nil && err != nil {
		return nil, err
	}
	return applied, explainConflict(failure, options.FieldManager)
}

// previewNew computes what applyNew would do. An object of this name may exist
// with fields that cannot change, when it is about to be replaced under the
// same name: then the result is computed for another name.
func previewNew(
	ctx context.Context, reached *cluster.Cluster, inputs *unstructured.Unstructured, manager string, lines *progress,
) (*unstructured.Unstructured, error) {
	options := cluster.ApplyOptions{FieldManager: manager, Force: true, DryRun: true}
	applied, err := applyNew(ctx, reached, inputs, options, lines)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "field is immutable") {
		return applied, err
	}
	renamed := inputs.DeepCopy()
	renamed.SetName(inputs.GetName() + "-preview")
	applied, err = applyNew(ctx, reached, renamed, options, lines)
	if err == nil {
		applied.SetName(inputs.GetName())
	}
	return applied, err
}

func missingNamespace(err error) bool {
	var failure apierrors.APIStatus
	if !errors.As(err, &failure) || !apierrors.IsNotFound(err) {
		return false
	}
	details := failure.Status().Details
	return details != nil && details.Kind == "namespaces"
}

// explainConflict adds what to do to an error about fields of another manager.
func explainConflict(err error, manager string) error {
	if !apierrors.IsConflict(err) {
		return err
	}
	return fmt.Errorf("server-side apply field conflict detected, see %s for troubleshooting help\n"+
		"The resource managed by field manager %q had an apply conflict: %w", conflictHelp, manager, err)
}
