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

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// forgetHint tells how to get rid of resources whose cluster is gone.
const forgetHint = "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning " +
	"the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to \"true\""

// Read returns the live object, for a refresh or an import. An object that is
// gone is an empty response.
func (s *Server) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	ctx, done := s.operation(ctx)
	defer done()
	reached, err := s.link.get()
	if err != nil {
		return s.readUnreachable(ctx, request, err)
	}
	read, err := newRead(request)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", request.GetUrn(), err)
	}
	live, err := reached.Get(ctx, read.wanted)
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return &pulumirpc.ReadResponse{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", request.GetUrn(), err)
	}
	if read.imported || object.SkipAwait(read.checkpoint.Inputs) {
		return read.response(live, nil)
	}
	lines := s.progress(request.GetUrn())
	notReady := judgeNow(ctx, reached, live, lines)
	if notReady == nil {
		lines.clear(ctx)
	}
	return read.response(live, notReady)
}

// readUnreachable answers for a cluster that cannot be reached, as the
// settings want it.
func (s *Server) readUnreachable(
	ctx context.Context, request *pulumirpc.ReadRequest, reason error,
) (*pulumirpc.ReadResponse, error) {
	s.report.Warn(ctx, request.GetUrn(), unreachable(reason).Error())
	switch {
	case s.settings.deleteUnreachable:
		return &pulumirpc.ReadResponse{}, nil
	case s.settings.skipUpdateUnreachable:
		return &pulumirpc.ReadResponse{
			Id: request.GetId(), Properties: request.GetProperties(), Inputs: request.GetInputs(),
		}, nil
	default:
		return nil, errors.New("failed to read resource state due to unreachable cluster. " + forgetHint)
	}
}

// read is one Read call.
type read struct {
	id         string
	imported   bool                       // nothing is known but the ID
	wanted     *unstructured.Unstructured // kind, namespace and name
	inputs     resource.PropertyMap       // the old inputs, with their secrets
	checkpoint object.Checkpoint
}

func newRead(request *pulumirpc.ReadRequest) (read, error) {
	state, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return read{}, err
	}
	inputs, err := plugin.Decode(request.GetInputs())
	if err != nil {
		return read{}, err
	}
	kind, err := refusal(resource.URN(request.GetUrn()))
	if err != nil {
		return read{}, err
	}
	call := read{id: request.GetId(), inputs: inputs, checkpoint: object.ParseCheckpoint(state)}
	call.checkpoint.Inputs = object.Normalize(object.FromProperties(inputs))
	call.imported = call.checkpoint.Inputs.GroupVersionKind().Empty()
	if call.checkpoint.InitialAPIVersion == "" {
		call.checkpoint.InitialAPIVersion = kind.GroupVersion().String()
	}
	call.checkpoint.FieldManager, err = fieldManager(call.checkpoint.Inputs, call.checkpoint.FieldManager)
	if err != nil {
		return read{}, err
	}
	call.wanted = &unstructured.Unstructured{Object: map[string]any{}}
	call.wanted.SetGroupVersionKind(kind)
	namespace, name := object.ParseID(request.GetId())
	call.wanted.SetNamespace(namespace)
	call.wanted.SetName(name)
	return call, nil
}

// response returns the live object, with the inputs that would make it what it
// is: those of the program with the values found, or all that can be set when
// the object is imported.
func (r read) response(live *unstructured.Unstructured, notReady error) (*pulumirpc.ReadResponse, error) {
	found := object.Prune(live, r.checkpoint.Inputs)
	if r.imported {
		found = object.Settable(live)
	}
	r.checkpoint.Inputs, r.checkpoint.Live = found, live
	inputs := object.ToProperties(found)
	object.CopySecrets(inputs, r.inputs)
	state, stateErr := plugin.Encode(r.checkpoint.Properties(r.inputs))
	encoded, inputsErr := plugin.Encode(inputs)
	if err := errors.Join(stateErr, inputsErr); err != nil {
		return nil, errors.Join(notReady, err)
	}
	if notReady != nil {
		return nil, partial(r.id, state, encoded, notReady)
	}
	return &pulumirpc.ReadResponse{Id: r.id, Properties: state, Inputs: encoded}, nil
}
