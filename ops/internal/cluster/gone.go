package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
)

// deletionTime is how long an object that is being deleted may take: a Namespace goes when the last of its pods has ended, which the
// backend's do within 22 s.
const deletionTime = time.Minute

// Gone lists, in their order, those objects that are not on the cluster any more. One that is being deleted is waited for, and then
// all are looked for once more: with a Namespace goes what is in it, a little later.
func (c *Cluster) Gone(ctx context.Context, objects []Object) (missing []Object, err error) {
	ctx, cancel := context.WithTimeout(ctx, deletionTime)
	defer cancel()
	for {
		found, err := c.look(ctx, objects)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(found, leaving) {
			for i, object := range objects {
				if found[i] == gone {
					missing = append(missing, object)
				}
			}
			return missing, nil
		}
	}
}

// presence is what has come of an object.
type presence int

const (
	there presence = iota
	gone
	leaving // it was being deleted, and is gone now
)

// look asks for all objects at the same time.
func (c *Cluster) look(ctx context.Context, objects []Object) ([]presence, error) {
	found, problems := make([]presence, len(objects)), make([]error, len(objects))
	var group sync.WaitGroup
	for i, object := range objects {
		group.Go(func() { found[i], problems[i] = c.presence(ctx, object) })
	}
	group.Wait()
	return found, errors.Join(problems...)
}

func (c *Cluster) presence(ctx context.Context, object Object) (presence, error) {
	resource, err := c.Resource(object.Manifest)
	if err != nil {
		return there, err
	}
	live, err := resource.Get(ctx, object.Manifest.GetName(), metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return gone, nil
	case err != nil:
		return there, fmt.Errorf("looking for %s: %w", NameOf(object.Manifest), err)
	case live.GetDeletionTimestamp() == nil:
		return there, nil
	}
	if err := awaitDeletion(ctx, resource, object.Manifest.GetName(), live.GetResourceVersion()); err != nil {
		return there, fmt.Errorf("waiting for %s, which is being deleted: %w", NameOf(object.Manifest), err)
	}
	return leaving, nil
}

// awaitDeletion waits for the end of an object since a version of it.
func awaitDeletion(ctx context.Context, resource dynamic.ResourceInterface, name, since string) error {
	events, err := resource.Watch(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", name).String(), ResourceVersion: since,
	})
	if err != nil {
		return err
	}
	defer events.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: see what holds it: make kubectl ARGS='describe ...'", context.Cause(ctx))
		case event, open := <-events.ResultChan():
			switch {
			case !open && ctx.Err() == nil:
				return errors.New("the cluster has ended the watch")
			case event.Type == watch.Deleted:
				return nil
			case event.Type == watch.Error:
				return apierrors.FromObject(event.Object)
			}
		}
	}
}
