package kube

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/diff"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// Diff compares the new inputs with the live object of the state, as far as
// the old inputs cover it: what controllers and defaults filled in does not
// count, and what somebody changed by hand does.
func (s *Server) Diff(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	urn := resource.URN(request.GetUrn())
	state, err := plugin.Decode(request.GetOlds())
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", urn.Name(), err)
	}
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, fmt.Errorf("comparing %s: %w", urn.Name(), err)
	}
	checkpoint := object.ParseCheckpoint(state)
	inputs := object.Normalize(object.FromProperties(news))
	before, err := s.comparable(checkpoint, inputs)
	if err != nil {
		return nil, err
	}
	changes, err := diff.Ignore(diff.Compare(before.Object, inputs.Object), request.GetIgnoreChanges())
	if err != nil {
		return nil, err
	}
	replaces := diff.Replaces(changes, diff.Immutable(inputs, s.settings.diff))
	return &pulumirpc.DiffResponse{
		Changes:             changed(changes),
		Replaces:            paths(replaces),
		DeleteBeforeReplace: len(replaces) > 0 && keepsName(checkpoint.Live, inputs),
		DetailedDiff:        detailed(changes, replaces),
		HasDetailedDiff:     true,
	}, nil
}

// comparable returns the live object reduced to what the old inputs say, and
// brings both sides to the same spelling of the namespace.
func (s *Server) comparable(
	checkpoint object.Checkpoint, inputs *unstructured.Unstructured,
) (*unstructured.Unstructured, error) {
	before := object.Prune(checkpoint.Live, object.Normalize(checkpoint.Inputs))
	kind := inputs.GroupVersionKind()
	if before.GroupVersionKind().Empty() {
		before.SetGroupVersionKind(kind)
	}
	namespaced, err := s.namespaced(kind)
	if err != nil {
		return nil, err
	}
	for _, side := range []*unstructured.Unstructured{before, inputs} {
		switch {
		case !namespaced:
			unstructured.RemoveNestedField(side.Object, "metadata", "namespace")
		case !object.HasNamespace(side):
			side.SetNamespace("default")
		}
	}
	if inputs.GetName() != "" {
		before.SetName(checkpoint.Live.GetName())
	}
	return before, nil
}

func changed(changes []diff.Change) pulumirpc.DiffResponse_DiffChanges {
	if len(changes) == 0 {
		return pulumirpc.DiffResponse_DIFF_NONE
	}
	return pulumirpc.DiffResponse_DIFF_SOME
}

func paths(replaces []resource.PropertyPath) []string {
	var texts []string
	for _, path := range replaces {
		texts = append(texts, path.String())
	}
	slices.Sort(texts)
	return texts
}

// keepsName reports whether a replacement would meet the old object under its
// own name: then the old one must go first. An autonamed object never does.
func keepsName(live, inputs *unstructured.Unstructured) bool {
	return object.IsNamed(inputs) && !object.IsAutonamed(inputs) &&
		inputs.GetName() == live.GetName() && inputs.GetNamespace() == live.GetNamespace()
}

func detailed(changes []diff.Change, replaces []resource.PropertyPath) map[string]*pulumirpc.PropertyDiff {
	details := map[string]*pulumirpc.PropertyDiff{}
	for _, change := range changes {
		path := change.Path.String()
		replace := slices.ContainsFunc(replaces, func(replaced resource.PropertyPath) bool {
			return replaced.String() == path
		})
		details[path] = &pulumirpc.PropertyDiff{
			Kind:      detailKind(change.Kind, replace),
			InputDiff: change.Kind == diff.Deleted, // the outputs keep what is no longer asked for
		}
	}
	return details
}

func detailKind(kind diff.Kind, replace bool) pulumirpc.PropertyDiff_Kind {
	switch {
	case kind == diff.Added && replace:
		return pulumirpc.PropertyDiff_ADD_REPLACE
	case kind == diff.Added:
		return pulumirpc.PropertyDiff_ADD
	case kind == diff.Deleted && replace:
		return pulumirpc.PropertyDiff_DELETE_REPLACE
	case kind == diff.Deleted:
		return pulumirpc.PropertyDiff_DELETE
	case replace:
		return pulumirpc.PropertyDiff_UPDATE_REPLACE
	default:
		return pulumirpc.PropertyDiff_UPDATE
	}
}
