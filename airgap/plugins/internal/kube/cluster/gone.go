package cluster

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
)

// AwaitGone returns nil when the object, that is the one with its UID, no
// longer exists. observe is called with every state until then. The error is
// the cause of the context's end when that comes first.
func (c *Cluster) AwaitGone(
	ctx context.Context, object *unstructured.Unstructured, observe func(*unstructured.Unstructured),
) error {
	resources, err := c.resources(object)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		live, err := resources.Get(ctx, object.GetName(), metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("waiting for the deletion of %s %q: %w", object.GetKind(), object.GetName(), err)
		}
		if err == nil {
			if object.GetUID() != "" && live.GetUID() != object.GetUID() {
				return nil // another object has its name by now
			}
			observe(live)
			if gone, err := follow(ctx, resources, live, observe); gone || err != nil {
				return err
			}
		}
	}
	return context.Cause(ctx)
}

// follow reports whether the object went away; it returns false when the
// server ended the watch, which it does every few minutes.
func follow(
	ctx context.Context, resources dynamic.ResourceInterface,
	live *unstructured.Unstructured, observe func(*unstructured.Unstructured),
) (bool, error) {
	watcher, err := resources.Watch(ctx, metav1.ListOptions{
		FieldSelector:   fields.OneTermEqualSelector("metadata.name", live.GetName()).String(),
		ResourceVersion: live.GetResourceVersion(), // nothing is missed since the Get
	})
	if err != nil {
		if ctx.Err() != nil {
			return false, nil
		}
		return false, fmt.Errorf("watching the deletion of %s %q: %w", live.GetKind(), live.GetName(), err)
	}
	defer watcher.Stop()
	for event := range watcher.ResultChan() {
		switch event.Type {
		case watch.Deleted:
			return true, nil
		case watch.Added, watch.Modified:
			if state, is := event.Object.(*unstructured.Unstructured); is {
				observe(state)
			}
		case watch.Error:
			return false, nil // too old a version, mostly: look again
		case watch.Bookmark:
		}
	}
	return false, nil
}
