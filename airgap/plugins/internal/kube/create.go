package kube

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// Create applies the inputs and waits until the object is ready. In a preview
// it asks the API server what would come out, where it can.
func (s *Server) Create(
	ctx context.Context, request *pulumirpc.CreateRequest,
) (*pulumirpc.CreateResponse, error) {
	ctx, done := s.operation(ctx)
	defer done()
	reached, err := s.link.get()
	if err != nil && !request.GetPreview() {
		return nil, unreachable(err)
	}
	properties, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return nil, fmt.Errorf("creating %s: %w", request.GetUrn(), err)
	}
	inputs := object.FromProperties(properties)
	manager, err := fieldManager(inputs, "")
	if err != nil {
		return nil, err
	}
	creation := creation{
		urn:        request.GetUrn(),
		properties: properties,
		checkpoint: object.Checkpoint{
			Inputs: inputs, FieldManager: manager, InitialAPIVersion: inputs.GetAPIVersion(),
		},
		lines: s.progress(request.GetUrn()),
	}
	if request.GetPreview() {
		return creation.preview(ctx, reached, request)
	}
	return creation.run(ctx, reached, request.GetTimeout(), s.settings.force)
}

// creation is one Create call.
type creation struct {
	urn        string
	properties resource.PropertyMap
	checkpoint object.Checkpoint // Live is still empty
	lines      *progress
}

// preview returns the inputs as they are where the server cannot be asked: it
// is out of reach, does not know the kind or the namespace yet, does not let
// us, or an input is unknown.
func (c creation) preview(
	ctx context.Context, reached *cluster.Cluster, request *pulumirpc.CreateRequest,
) (*pulumirpc.CreateResponse, error) {
	inputs := c.checkpoint.Inputs
	asIs := &pulumirpc.CreateResponse{Properties: request.GetProperties()}
	if reached == nil || object.HasUnknowns(inputs) || !reached.Has(inputs.GroupVersionKind()) {
		return asIs, nil
	}
	live, err := previewNew(ctx, reached, inputs, c.checkpoint.FieldManager, c.lines)
	if missingNamespace(err) || apierrors.IsForbidden(err) {
		return asIs, nil
	}
	if err != nil {
		return nil, c.failed(err)
	}
	c.lines.clear(ctx)
	// A status would claim to know what only controllers can tell.
	unstructured.RemoveNestedField(live.Object, "status")
	c.checkpoint.Live = live
	state, err := plugin.Encode(c.checkpoint.Properties(c.properties))
	return &pulumirpc.CreateResponse{Properties: state}, err
}

func (c creation) run(
	ctx context.Context, reached *cluster.Cluster, timeoutSeconds float64, force bool,
) (*pulumirpc.CreateResponse, error) {
	inputs := c.checkpoint.Inputs
	timeout, err := object.Timeout(timeoutSeconds, inputs)
	if err != nil {
		return nil, c.failed(err)
	}
	options := cluster.ApplyOptions{
		FieldManager: c.checkpoint.FieldManager,
		Force:        force || object.ForceConflicts(inputs),
	}
	applied, err := applyNew(ctx, reached, inputs, options, c.lines)
	if err != nil {
		return nil, c.failed(err)
	}
	c.lines.clear(ctx)
	waiting, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	live, waitErr := awaitReady(waiting, reached, inputs, applied, c.lines)
	if waitErr == nil {
		c.lines.clear(ctx)
	}
	if definesKind(inputs) {
		reached.Forget()
	}
	c.checkpoint.Live = live
	state, err := plugin.Encode(c.checkpoint.Properties(c.properties))
	if err != nil {
		return nil, errors.Join(waitErr, err)
	}
	if waitErr != nil {
		return nil, partial(object.ID(live), state, nil, fmt.Errorf("resource %q was successfully created, but the "+
			"Kubernetes API server reported that it failed to fully initialize or become live: %w", c.urn, waitErr))
	}
	return &pulumirpc.CreateResponse{Id: object.ID(live), Properties: state}, nil
}

func (c creation) failed(err error) error {
	if meta.IsNoMatchError(err) {
		return fmt.Errorf("creation of resource %q with kind %s failed because the Kubernetes API server "+
			"reported that the apiVersion for this resource does not exist. "+
			"Verify that any required CRDs have been created: %w", c.urn, c.checkpoint.Inputs.GroupVersionKind(), err)
	}
	return fmt.Errorf("resource %q was not successfully created by the Kubernetes API server: %w", c.urn, err)
}

func definesKind(inputs *unstructured.Unstructured) bool {
	return inputs.GetKind() == "CustomResourceDefinition"
}
