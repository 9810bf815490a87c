package cluster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	clienttesting "k8s.io/client-go/testing"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster/clusterfake"
)

func namespace() *unstructured.Unstructured { return clusterfake.Object("v1", "Namespace", "", "a") }
func service() *unstructured.Unstructured   { return clusterfake.Object("v1", "Service", "a", "b") }
func deployment() *unstructured.Unstructured {
	return clusterfake.Object("apps/v1", "Deployment", "a", "b")
}

// recorded are objects as a state has them: their kind is their URN.
func recorded(objects ...*unstructured.Unstructured) (all []cluster.Object) {
	for _, object := range objects {
		all = append(all, cluster.Object{URN: object.GetKind(), Manifest: object})
	}
	return all
}

func urns(objects []cluster.Object) (all []string) {
	for _, object := range objects {
		all = append(all, object.URN)
	}
	return all
}

func TestGoneIsWhatIsNotThere(t *testing.T) {
	t.Parallel()

	all := recorded(namespace(), service(), deployment())
	for name, test := range map[string]struct {
		there []*unstructured.Unstructured
		want  []string
	}{
		"all there":   {[]*unstructured.Unstructured{namespace(), service(), deployment()}, nil},
		"one gone":    {[]*unstructured.Unstructured{namespace(), service()}, []string{"Deployment"}},
		"nothing":     {nil, []string{"Namespace", "Service", "Deployment"}},
		"of its name": {[]*unstructured.Unstructured{namespace(), service(), clusterfake.Object("apps/v1", "Deployment", "other", "b")}, []string{"Deployment"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			gone, err := clusterfake.New("here", "v1.34.2", test.there...).Gone(t.Context(), all)
			require.NoError(t, err)
			assert.Equal(t, test.want, urns(gone))
		})
	}
}

func TestGoneCannotTell(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2")
	c.Dynamic.PrependReactor("get", "services", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("it is broken")
	})
	_, err := c.Gone(t.Context(), recorded(service(), clusterfake.Object("example.com/v1", "Other", "a", "b")))
	require.ErrorContains(t, err, "looking for Service a/b: it is broken")
	assert.ErrorContains(t, err, "looking for the API of Other a/b: ")
}

// deleting is a cluster with a Namespace that is being deleted, what is still in it, and the events that it tells about the Namespace.
func deleting(inside ...*unstructured.Unstructured) (*clusterfake.Cluster, *watch.FakeWatcher, *unstructured.Unstructured) {
	object, events := namespace(), watch.NewFakeWithChanSize(2, false)
	now := metav1.Now()
	object.SetDeletionTimestamp(&now)
	object.SetFinalizers([]string{"kubernetes"})
	object.SetResourceVersion("7")
	c := clusterfake.New("here", "v1.34.2", append(inside, object)...)
	c.Dynamic.PrependWatchReactor("namespaces", func(action clienttesting.Action) (bool, watch.Interface, error) {
		restrictions := action.(clienttesting.WatchAction).GetWatchRestrictions()
		if restrictions.Fields.String() != "metadata.name=a" || restrictions.ResourceVersion != "7" {
			return true, nil, errors.New("watching something else")
		}
		return true, events, nil
	})
	return c, events, object
}

// What is in a Namespace goes with it, and was there a moment ago.
func TestWhatIsBeingDeletedIsWaitedFor(t *testing.T) {
	t.Parallel()

	c, events, object := deleting(service())
	asked := 0
	c.Dynamic.PrependReactor("get", "services", func(clienttesting.Action) (bool, runtime.Object, error) {
		if asked++; asked > 1 {
			return true, nil, apierrors.NewNotFound(schema.GroupResource{Resource: "services"}, "b")
		}
		return false, nil, nil
	})
	c.Dynamic.PrependReactor("get", "namespaces", func(clienttesting.Action) (bool, runtime.Object, error) {
		if events.IsStopped() {
			return true, nil, apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "a")
		}
		return false, nil, nil
	})
	events.Modify(object)
	events.Delete(object)
	gone, err := c.Gone(t.Context(), recorded(namespace(), service()))
	require.NoError(t, err)
	assert.Equal(t, []string{"Namespace", "Service"}, urns(gone))
	assert.True(t, events.IsStopped())
}

func TestDeletionThatDoesNotEnd(t *testing.T) {
	t.Parallel()

	const waiting = "waiting for Namespace a, which is being deleted: "
	for name, test := range map[string]struct {
		happens func(*watch.FakeWatcher)
		want    string
		endless bool
	}{
		"the watch ends": {happens: func(w *watch.FakeWatcher) { w.Stop() }, want: "the cluster has ended the watch"},
		"the watch fails": {happens: func(w *watch.FakeWatcher) {
			w.Error(&metav1.Status{Status: metav1.StatusFailure, Message: "too old"})
		}, want: "too old"},
		"nothing comes": {happens: func(*watch.FakeWatcher) {}, want: "context deadline exceeded: see what holds it", endless: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c, events, _ := deleting()
			test.happens(events)
			limit := time.Minute
			if test.endless {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := c.Gone(ctx, recorded(namespace()))
			require.ErrorContains(t, err, waiting+test.want)
		})
	}
}

func TestDeletionThatCannotBeWatched(t *testing.T) {
	t.Parallel()

	c, _, _ := deleting()
	c.Dynamic.PrependWatchReactor("namespaces", func(clienttesting.Action) (bool, watch.Interface, error) {
		return true, nil, errors.New("no right to watch")
	})
	_, err := c.Gone(t.Context(), recorded(namespace()))
	require.EqualError(t, err, "waiting for Namespace a, which is being deleted: no right to watch")
}

func TestPutAppliesByForceUnderTheName(t *testing.T) {
	t.Parallel()

	c := clusterfake.New("here", "v1.34.2", service())
	var seen clusterfake.Patch
	c.OnPatch = func(patch clusterfake.Patch) (*unstructured.Unstructured, error) {
		seen = patch
		return service(), nil
	}
	manifest := []byte(`{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"a","name":"b"}}`)
	require.NoError(t, c.Apply(t.Context(), manifest, "pulumi-1"))
	force := true
	assert.Equal(t, clusterfake.Patch{
		Name: "b", Type: types.ApplyPatchType, Body: string(manifest), Options: metav1.PatchOptions{Force: &force, FieldManager: "pulumi-1"},
	}, seen)

	require.NoError(t, c.Remove(t.Context(), manifest))
	require.NoError(t, c.Remove(t.Context(), manifest), "what is gone already")
	gone, err := c.Gone(t.Context(), recorded(service()))
	require.NoError(t, err)
	assert.Len(t, gone, 1)
	assert.ErrorContains(t, c.Apply(t.Context(), []byte("{"), "x"), "reading a manifest: ")
	assert.ErrorContains(t, c.Remove(t.Context(), []byte(`{"kind":"Other"}`)), "looking for the API of Other ")
}
