package ready

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SettleTime is how long nothing may have changed before a snapshot counts as
// settled; the official provider gives endpoints the same time.
const SettleTime = 10 * time.Second

// Snapshot is what a rule judges.
type Snapshot struct {
	Object  *unstructured.Unstructured
	Related map[schema.GroupVersionResource][]*unstructured.Unstructured
	// Settled is set when nothing has changed for SettleTime.
	Settled bool
}

// Verdict is what a rule says about a snapshot.
type Verdict struct {
	Ready    bool
	Hopeless bool     // waiting longer changes nothing: stop and report the reasons
	Progress string   // one line for the user, or ""
	Warnings []string // lines for the user about what is going wrong right now
	Reasons  []string // why the object is not ready, if the wait had to end here
}

// Rule judges the objects of one kind.
type Rule struct {
	// Related names the objects that the verdict depends on besides the object
	// itself: those in its namespace or, for kinds without one, all of them.
	Related []schema.GroupVersionResource
	Judge   func(Snapshot) (Verdict, error)
}

// For returns the rule for a kind. Objects of a kind without a rule are ready
// as soon as they exist.
func For(kind schema.GroupVersionKind) (Rule, bool) {
	switch kind.GroupKind().String() {
	case "Deployment.apps":
		return Rule{Related: []schema.GroupVersionResource{replicaSets, pods}, Judge: deployment}, true
	case "StatefulSet.apps":
		return Rule{Related: []schema.GroupVersionResource{pods}, Judge: statefulSet}, true
	case "DaemonSet.apps":
		return Rule{Related: []schema.GroupVersionResource{pods}, Judge: daemonSet}, true
	case "Job.batch":
		return Rule{Related: []schema.GroupVersionResource{pods}, Judge: job}, true
	case "Pod":
		return Rule{Judge: singlePod}, true
	case "Service":
		return Rule{Related: []schema.GroupVersionResource{endpointSlices}, Judge: service}, true
	case "Ingress.networking.k8s.io":
		return Rule{Judge: ingress}, true
	case "PersistentVolume":
		return Rule{Judge: volume}, true
	case "PersistentVolumeClaim":
		return Rule{Related: []schema.GroupVersionResource{storageClasses}, Judge: claim}, true
	case "CustomResourceDefinition.apiextensions.k8s.io":
		return Rule{Judge: definition}, true
	default:
		return Rule{}, false
	}
}

var (
	replicaSets    = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "replicasets"}
	pods           = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	endpointSlices = schema.GroupVersionResource{Group: "discovery.k8s.io", Version: "v1", Resource: "endpointslices"}
	storageClasses = schema.GroupVersionResource{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"}
)

// as converts an object to its Go type.
func as[T any](object *unstructured.Unstructured) (*T, error) {
	typed := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		return nil, fmt.Errorf("reading the %s %q: %w", object.GetKind(), object.GetName(), err)
	}
	return typed, nil
}
