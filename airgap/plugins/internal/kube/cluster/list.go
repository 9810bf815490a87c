package cluster

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Around returns all objects of the related kinds in the namespace of the
// object, as they are now.
func (c *Cluster) Around(
	ctx context.Context, object *unstructured.Unstructured, related []schema.GroupVersionResource,
) (map[schema.GroupVersionResource][]*unstructured.Unstructured, error) {
	found := map[schema.GroupVersionResource][]*unstructured.Unstructured{}
	for _, resource := range related {
		namespace := c.scope(resource, namespaceOf(object))
		list, err := c.client.Resource(resource).Namespace(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", resource.Resource, err)
		}
		for i := range list.Items {
			found[resource] = append(found[resource], &list.Items[i])
		}
	}
	return found, nil
}
