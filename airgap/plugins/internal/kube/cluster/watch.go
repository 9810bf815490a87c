package cluster

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// View is a live picture of one object and of those around it. It starts empty
// and follows the API server until its context ends, through interrupted
// connections.
type View struct {
	changed chan struct{}
	object  cache.SharedIndexInformer
	related map[schema.GroupVersionResource]cache.SharedIndexInformer
	broken  lastError
}

// Watch returns a view of the object and of all objects of the related kinds
// in its namespace.
func (c *Cluster) Watch(
	ctx context.Context, object *unstructured.Unstructured, related []schema.GroupVersionResource,
) (*View, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.kinds.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("watching %s %q: %w", kind.Kind, object.GetName(), err)
	}
	view := &View{
		changed: make(chan struct{}, 1),
		related: map[schema.GroupVersionResource]cache.SharedIndexInformer{},
	}
	only := fields.OneTermEqualSelector("metadata.name", object.GetName()).String()
	namespace := ""
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		namespace = namespaceOf(object)
	}
	view.object, err = c.follow(ctx, view, mapping.Resource, namespace, only)
	if err != nil {
		return nil, err
	}
	for _, resource := range related {
		view.related[resource], err = c.follow(ctx, view, resource, c.scope(resource, namespace), "")
		if err != nil {
			return nil, err
		}
	}
	return view, nil
}

// scope returns the namespace to watch, or "" for a kind outside namespaces.
func (c *Cluster) scope(resource schema.GroupVersionResource, namespace string) string {
	kind, err := c.kinds.KindFor(resource)
	if err != nil {
		return namespace
	}
	if namespaced, err := c.Namespaced(kind); err == nil && !namespaced {
		return ""
	}
	return namespace
}

func (c *Cluster) follow(
	ctx context.Context, view *View, resource schema.GroupVersionResource, namespace, selector string,
) (cache.SharedIndexInformer, error) {
	objects := c.client.Resource(resource).Namespace(namespace)
	informer := cache.NewSharedIndexInformer(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = selector
			return objects.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = selector
			return objects.Watch(ctx, options)
		},
	}, &unstructured.Unstructured{}, 0, cache.Indexers{})
	notify := func(any) { view.notify() }
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: notify, UpdateFunc: func(_, now any) { notify(now) }, DeleteFunc: notify,
	})
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", resource.Resource, err)
	}
	err = informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		view.broken.set(fmt.Errorf("watching %s: %w", resource.Resource, err))
	})
	if err != nil {
		return nil, fmt.Errorf("watching %s: %w", resource.Resource, err)
	}
	go informer.RunWithContext(ctx)
	return informer, nil
}

func (v *View) notify() {
	select {
	case v.changed <- struct{}{}:
	default: // a change that is not looked at yet covers this one
	}
}

// Changed receives after every change, several changes at once included.
func (v *View) Changed() <-chan struct{} { return v.changed }

// Object returns the object, or nil when it does not exist or was not seen yet.
func (v *View) Object() *unstructured.Unstructured {
	for _, object := range list(v.object) {
		return object
	}
	return nil
}

// Related returns the objects around it.
func (v *View) Related() map[schema.GroupVersionResource][]*unstructured.Unstructured {
	related := map[schema.GroupVersionResource][]*unstructured.Unstructured{}
	for resource, informer := range v.related {
		related[resource] = list(informer)
	}
	return related
}

// Err returns the last thing that interrupted the view, or nil.
func (v *View) Err() error { return v.broken.get() }

func list(informer cache.SharedIndexInformer) []*unstructured.Unstructured {
	var objects []*unstructured.Unstructured
	for _, item := range informer.GetStore().List() {
		if object, is := item.(*unstructured.Unstructured); is {
			objects = append(objects, object)
		}
	}
	return objects
}
