package kube

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// clusterIdentifier is the provider input by which a program says itself
// whether two kubeconfigs mean the same cluster.
const clusterIdentifier = "clusterIdentifier"

// clusterKeys are the provider inputs that choose the cluster.
var clusterKeys = []string{"kubeconfig", "context", "cluster"}

// DiffConfig decides whether the provider now means another cluster, so that
// every resource has to be created anew.
func (s *Server) DiffConfig(
	_ context.Context, request *pulumirpc.DiffRequest,
) (*pulumirpc.DiffResponse, error) {
	olds, err := plugin.Decode(request.GetOlds())
	if err != nil {
		return nil, fmt.Errorf("comparing the provider's inputs: %w", err)
	}
	news, err := plugin.Decode(request.GetNews())
	if err != nil {
		return nil, fmt.Errorf("comparing the provider's inputs: %w", err)
	}
	// A value that only became a secret, or ceased to be one, is the same value.
	olds, news = revealAll(olds), revealAll(news)
	changes := olds.Diff(news)
	if changes == nil {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME}
	for _, key := range changes.ChangedKeys() {
		response.Diffs = append(response.Diffs, string(key))
	}
	response.Replaces, err = clusterReplaces(olds, news, changes, response.Diffs)
	return response, err
}

// clusterReplaces returns the inputs whose change means another cluster. With
// an identifier on both sides it alone decides; giving one for the first time
// or taking it away decides nothing, so that this is safe to do.
func clusterReplaces(
	olds, news resource.PropertyMap, changes *resource.ObjectDiff, changed []string,
) ([]string, error) {
	if changes.Updated(clusterIdentifier) {
		return []string{clusterIdentifier}, nil
	}
	if news.HasValue(clusterIdentifier) && changes.Same(clusterIdentifier) {
		return nil, nil
	}
	for _, key := range clusterKeys {
		if news[resource.PropertyKey(key)].IsComputed() {
			return []string{key}, nil // may be another cluster: better safe than lost
		}
	}
	oldAccess, _, err := readAccess(olds)
	if err != nil {
		return nil, err
	}
	newAccess, _, err := readAccess(news)
	if err != nil {
		return nil, err
	}
	before, err := oldAccess.Active()
	if err != nil {
		return nil, err
	}
	after, err := newAccess.Active()
	if err != nil {
		return nil, err
	}
	if before == nil || after == nil || reflect.DeepEqual(before, after) {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(clusterKeys), func(key string) bool {
		return !slices.Contains(changed, key)
	}), nil
}

func revealAll(properties resource.PropertyMap) resource.PropertyMap {
	revealed := resource.PropertyMap{}
	for key, value := range properties {
		revealed[key] = reveal(value)
	}
	return revealed
}
