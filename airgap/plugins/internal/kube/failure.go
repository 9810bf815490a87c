package kube

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// unreachable reports that an operation needs the cluster and cannot have it.
func unreachable(reason error) error {
	return fmt.Errorf("configured Kubernetes cluster is unreachable: %w", reason)
}

// partial reports that a resource exists in this state but is not ready; its
// reasons are listed below the message.
func partial(id string, state, inputs *structpb.Struct, err error) error {
	reasons := []string{err.Error()}
	var notReady *notReadyError
	if errors.As(err, &notReady) {
		reasons = append(reasons, notReady.reasons...)
	}
	return plugin.PartialError(id, state, inputs, err.Error(), reasons...)
}
