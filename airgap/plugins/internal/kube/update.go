package kube

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// Update applies the new inputs and waits until the object is ready again. In
// a preview it asks the API server what would come out, where it can.
func (s *Server) Update(
	ctx context.Context, request *pulumirpc.UpdateRequest,
) (*pulumirpc.UpdateResponse, error) {
	ctx, done := s.operation(ctx)
	defer done()
	reached, err := s.link.get()
	if err != nil && !request.GetPreview() {
		return nil, unreachable(err)
	}
	update, err := s.newUpdate(request)
	if err != nil {
		return nil, fmt.Errorf("updating %s: %w", request.GetUrn(), err)
	}
	if request.GetPreview() {
		return update.preview(ctx, reached, request)
	}
	return update.run(ctx, reached, request.GetTimeout())
}

// update is one Update call.
type update struct {
	urn        string
	properties resource.PropertyMap // the new inputs, with their secrets
	checkpoint object.Checkpoint    // the new inputs beside the old live object
	ignored    []string             // paths of ignoreChanges
	force      bool
	lines      *progress
}

func (s *Server) newUpdate(request *pulumirpc.UpdateRequest) (update, error) {
	state, err := plugin.Decode(request.GetOlds())
	if err != nil {
		return update{}, err
	}
	properties, err := plugin.Decode(request.GetNews())
	if err != nil {
		return update{}, err
	}
	checkpoint := object.ParseCheckpoint(state)
	checkpoint.Inputs = object.Normalize(object.FromProperties(properties))
	checkpoint.FieldManager, err = fieldManager(checkpoint.Inputs, checkpoint.FieldManager)
	if checkpoint.InitialAPIVersion == "" {
		checkpoint.InitialAPIVersion = checkpoint.Inputs.GetAPIVersion()
	}
	return update{
		urn:        request.GetUrn(),
		properties: properties,
		checkpoint: checkpoint,
		ignored:    request.GetIgnoreChanges(),
		force:      s.settings.force || object.ForceConflicts(checkpoint.Inputs),
		lines:      s.progress(request.GetUrn()),
	}, err
}

// preview returns the inputs as they are where the server cannot be asked.
func (u update) preview(
	ctx context.Context, reached *cluster.Cluster, request *pulumirpc.UpdateRequest,
) (*pulumirpc.UpdateResponse, error) {
	asIs := &pulumirpc.UpdateResponse{Properties: request.GetNews()}
	inputs := u.checkpoint.Inputs
	if reached == nil || object.HasUnknowns(inputs) || !reached.Has(inputs.GroupVersionKind()) {
		return asIs, nil
	}
	live, err := u.apply(ctx, reached, true)
	switch {
	case apierrors.IsForbidden(err):
		return asIs, nil
	case err != nil:
		return nil, fmt.Errorf("update of resource %q would fail: %w", u.urn, err)
	}
	state, err := u.state(live)
	return &pulumirpc.UpdateResponse{Properties: state}, err
}

func (u update) run(
	ctx context.Context, reached *cluster.Cluster, timeoutSeconds float64,
) (*pulumirpc.UpdateResponse, error) {
	live, updateErr := u.applyAndWait(ctx, reached, timeoutSeconds)
	if updateErr != nil {
		// The state must show what is in the cluster now, even after an
		// interruption: the next update continues from there.
		current, err := reached.Get(context.WithoutCancel(ctx), u.checkpoint.Live)
		if err != nil {
			return nil, errors.Join(
				fmt.Errorf("update of resource %q failed: %w", u.urn, updateErr),
				fmt.Errorf("unable to get cluster state: %w", err))
		}
		live = current
	}
	state, err := u.state(live)
	if err != nil {
		return nil, errors.Join(updateErr, err)
	}
	if updateErr != nil {
		return nil, partial(object.ID(live), state, nil, fmt.Errorf("the Kubernetes API server reported that %q "+
			"failed to fully initialize or become live: %w", object.ID(live), updateErr))
	}
	u.lines.clear(ctx)
	return &pulumirpc.UpdateResponse{Properties: state}, nil
}

func (u update) applyAndWait(
	ctx context.Context, reached *cluster.Cluster, timeoutSeconds float64,
) (*unstructured.Unstructured, error) {
	timeout, err := object.Timeout(timeoutSeconds, u.checkpoint.Inputs)
	if err != nil {
		return nil, err
	}
	applied, err := u.apply(ctx, reached, false)
	if err != nil {
		return nil, err
	}
	waiting, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	return awaitReady(waiting, reached, u.checkpoint.Inputs, applied, u.lines)
}

// apply sends the inputs. An object that is gone is not created again: the
// engine believes it to exist with all that depends on it.
func (u update) apply(ctx context.Context, reached *cluster.Cluster, dryRun bool) (*unstructured.Unstructured, error) {
	live, err := reached.Get(ctx, u.checkpoint.Live)
	if err != nil {
		return nil, err
	}
	inputs := u.checkpoint.Inputs.DeepCopy()
	if err := leaveIgnored(inputs, live, u.ignored, u.checkpoint.FieldManager); err != nil {
		return nil, err
	}
	applied, err := reached.Apply(ctx, inputs, cluster.ApplyOptions{
		FieldManager: u.checkpoint.FieldManager, Force: u.force, DryRun: dryRun,
	})
	return applied, explainConflict(err, u.checkpoint.FieldManager)
}

func (u update) state(live *unstructured.Unstructured) (*structpb.Struct, error) {
	u.checkpoint.Live = live
	return plugin.Encode(u.checkpoint.Properties(u.properties))
}
