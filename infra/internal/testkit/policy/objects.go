package policy

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	knownKinds  = "known-kinds"
	knownFields = "known-fields"
)

// object is a typed object of Kubernetes.
type object interface {
	metav1.Object
	runtime.Object
}

// objects are the manifests of one stack, typed.
type objects []object

// of picks the objects of one kind.
func of[T object](all objects) (found []T) {
	for _, one := range all {
		if typed, ok := one.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}

// nameOf is how findings call an object; see Finding.
func nameOf(one object) string {
	if one == nil {
		return "manifests"
	}
	return objectName(one.GetObjectKind().GroupVersionKind().Kind, one.GetNamespace(), one.GetName())
}

func objectName(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return kind + " " + name
}

// newObject makes an empty object of a kind that the rules know, or nil.
func newObject(kind schema.GroupVersionKind) object {
	switch kind {
	case corev1.SchemeGroupVersion.WithKind("Namespace"):
		return &corev1.Namespace{}
	case corev1.SchemeGroupVersion.WithKind("ServiceAccount"):
		return &corev1.ServiceAccount{}
	case corev1.SchemeGroupVersion.WithKind("Service"):
		return &corev1.Service{}
	case corev1.SchemeGroupVersion.WithKind("ConfigMap"):
		return &corev1.ConfigMap{}
	case corev1.SchemeGroupVersion.WithKind("Secret"):
		return &corev1.Secret{}
	case appsv1.SchemeGroupVersion.WithKind("Deployment"):
		return &appsv1.Deployment{}
	case networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"):
		return &networkingv1.NetworkPolicy{}
	case policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"):
		return &policyv1.PodDisruptionBudget{}
	case autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"):
		return &autoscalingv2.HorizontalPodAutoscaler{}
	}
	return nil
}

// decode makes typed objects. What it cannot take into account is a finding, because no rule would look at it: an object
// of another kind, and a field that Kubernetes does not know, which the API server would drop.
func decode(manifests []map[string]any) (all objects, findings []Finding, err error) {
	for _, manifest := range manifests {
		raw := &unstructured.Unstructured{Object: manifest}
		if raw.GetAPIVersion() == "" || raw.GetKind() == "" || raw.GetName() == "" {
			return nil, nil, fmt.Errorf("reading %q: a manifest needs apiVersion, kind and metadata.name", nameOf(raw))
		}
		typed := newObject(raw.GroupVersionKind())
		if typed == nil {
			findings = append(findings, Finding{
				Rule: knownKinds, Object: nameOf(raw),
				Message: fmt.Sprintf("no rule knows %s %s: write the rules first", raw.GetAPIVersion(), raw.GetKind()),
			})
			continue
		}
		err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(manifest, typed, true)
		if strict, unknown := runtime.AsStrictDecodingError(err); unknown {
			for _, problem := range strict.Errors() {
				findings = append(findings, Finding{Rule: knownFields, Object: nameOf(raw), Message: problem.Error()})
			}
		} else if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", nameOf(raw), err)
		}
		all = append(all, typed)
	}
	return all, findings, nil
}
