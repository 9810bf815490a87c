package kube_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// around returns what controllers keep beside an object once it is ready: the
// ReplicaSet of a Deployment, the EndpointSlice of a Service.
func around(t *testing.T, object *unstructured.Unstructured) []*unstructured.Unstructured {
	t.Helper()
	switch object.GetKind() {
	case "Deployment":
		replicas, _, err := unstructured.NestedFieldNoCopy(object.Object, "spec", "replicas")
		require.NoError(t, err)
		return []*unstructured.Unstructured{replicaSet(object, replicas, replicas)}
	case "Service":
		return []*unstructured.Unstructured{endpointSlice(object, true)}
	default:
		return nil
	}
}

func replicaSet(owner *unstructured.Unstructured, wanted, ready any) *unstructured.Unstructured {
	set := manifest("apps/v1", "ReplicaSet", owner.GetName()+"-5595c7576c", map[string]any{
		"spec":   map[string]any{"replicas": wanted},
		"status": map[string]any{"readyReplicas": ready, "replicas": wanted},
	})
	set.SetNamespace(owner.GetNamespace())
	set.SetUID("replica-set")
	set.SetAnnotations(map[string]string{
		"deployment.kubernetes.io/revision": owner.GetAnnotations()["deployment.kubernetes.io/revision"],
	})
	own(set, owner)
	return set
}

func endpointSlice(service *unstructured.Unstructured, ready bool) *unstructured.Unstructured {
	slice := manifest("discovery.k8s.io/v1", "EndpointSlice", service.GetName()+"-abcde", map[string]any{
		"addressType": "IPv4",
		"endpoints": []any{map[string]any{
			"addresses": []any{"10.0.0.1"}, "conditions": map[string]any{"ready": ready},
		}},
	})
	slice.SetNamespace(service.GetNamespace())
	slice.SetLabels(map[string]string{"kubernetes.io/service-name": service.GetName()})
	return slice
}

// own makes owner the controller of the object.
func own(object, owner *unstructured.Unstructured) {
	object.Object["metadata"].(map[string]any)["ownerReferences"] = []any{map[string]any{
		"apiVersion": owner.GetAPIVersion(), "kind": owner.GetKind(), "name": owner.GetName(),
		"uid": string(owner.GetUID()), "controller": true,
	}}
}

func manifest(version, kind, name string, fields map[string]any) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name},
	}}
	for field, value := range fields {
		object.Object[field] = value
	}
	return object
}

// stuckRollout returns a Deployment as it is right after its template changed
// to an image that does not exist, with the new ReplicaSet and its Pod.
func stuckRollout(t *testing.T, before *unstructured.Unstructured) (deployment, set, pod *unstructured.Unstructured) {
	t.Helper()
	deployment = before.DeepCopy()
	deployment.SetResourceVersion("")
	deployment.SetGeneration(before.GetGeneration() + 1)
	deployment.SetAnnotations(map[string]string{"deployment.kubernetes.io/revision": "3"})
	status := deployment.Object["status"].(map[string]any)
	status["observedGeneration"] = before.GetGeneration() + 1
	for _, condition := range status["conditions"].([]any) {
		if condition := condition.(map[string]any); condition["type"] == "Progressing" {
			condition["reason"] = "ReplicaSetUpdated"
		}
	}
	set = replicaSet(deployment, int64(1), int64(0))
	pod = manifest("v1", "Pod", deployment.GetName()+"-5f5856d477-4cnnb", map[string]any{
		"status": map[string]any{
			"conditions": []any{map[string]any{"type": "Ready", "status": "False",
				"reason": "ContainersNotReady", "message": "containers with unready status: [web]"}},
			"containerStatuses": []any{map[string]any{"name": "web", "state": map[string]any{
				"waiting": map[string]any{"reason": "ImagePullBackOff",
					"message": `Back-off pulling image "localhost:5001/missing:1"`}}}},
		},
	})
	pod.SetNamespace(deployment.GetNamespace())
	own(pod, set)
	return deployment, set, pod
}
