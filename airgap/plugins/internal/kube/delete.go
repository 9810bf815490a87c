package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/cluster"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/kube/object"
	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// Delete removes the object and waits until it is gone, with its dependents
// unless the program asks otherwise. An object that is gone already is fine.
func (s *Server) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	ctx, done := s.operation(ctx)
	defer done()
	reached, err := s.link.get()
	if err != nil {
		return s.deleteUnreachable(ctx, request, err)
	}
	state, err := plugin.Decode(request.GetProperties())
	if err != nil {
		return nil, fmt.Errorf("deleting %s: %w", request.GetUrn(), err)
	}
	checkpoint := object.ParseCheckpoint(state)
	timeout, err := object.Timeout(request.GetTimeout(), checkpoint.Inputs)
	if err != nil {
		return nil, fmt.Errorf("deleting %s: %w", request.GetUrn(), err)
	}
	lines := s.progress(request.GetUrn())
	if err := remove(ctx, reached, checkpoint, timeout, lines); err != nil {
		return nil, err
	}
	lines.clear(ctx)
	return &emptypb.Empty{}, nil
}

func (s *Server) deleteUnreachable(
	ctx context.Context, request *pulumirpc.DeleteRequest, reason error,
) (*emptypb.Empty, error) {
	s.report.Warn(ctx, request.GetUrn(), unreachable(reason).Error())
	if s.settings.deleteUnreachable {
		return &emptypb.Empty{}, nil
	}
	return nil, errors.New("configured Kubernetes cluster is unreachable. " + forgetHint)
}

// remove deletes and waits. A kind that the server no longer knows took its
// objects with it.
func remove(
	ctx context.Context, reached *cluster.Cluster, checkpoint object.Checkpoint, timeout time.Duration, lines *progress,
) error {
	live := checkpoint.Live
	err := reached.Delete(ctx, live, object.Propagation(checkpoint.Inputs))
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("deleting %s %q: %w", live.GetKind(), live.GetName(), err)
	}
	if object.SkipAwait(checkpoint.Inputs) && skipsDeletion(live) {
		return nil
	}
	waiting, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	last := live
	err = reached.AwaitGone(waiting, live, func(state *unstructured.Unstructured) {
		last = state
		lines.info(ctx, remaining(state))
	})
	if err != nil {
		return fmt.Errorf("waiting for the deletion of %s %q: %w; last state: %s",
			live.GetKind(), live.GetName(), err, remaining(last))
	}
	return nil
}

// remaining says what keeps an object from going: its finalizers and, for a
// namespace, what is left in it.
func remaining(object *unstructured.Unstructured) string {
	text := "marked for deletion"
	if finalizers := object.GetFinalizers(); len(finalizers) > 0 {
		text += ", finalizers: " + strings.Join(finalizers, ", ")
	}
	if object.GetKind() != "Namespace" {
		return text // the conditions of other kinds are about their life, not their end
	}
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, condition := range conditions {
		fields, _ := condition.(map[string]any)
		if message, _ := fields["message"].(string); fields["status"] == "True" && message != "" {
			text += "; " + message
		}
	}
	return text
}

// skipsDeletion reports whether skipAwait covers the deletion of the kind too,
// which it does for workloads only.
func skipsDeletion(object *unstructured.Unstructured) bool {
	switch object.GetKind() {
	case "Namespace", "Pod", "ReplicationController", "DaemonSet", "Deployment", "StatefulSet", "Job":
		return true
	default:
		return false
	}
}
