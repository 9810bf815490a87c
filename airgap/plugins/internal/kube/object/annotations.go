package object

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Annotations by which a program steers the provider.
const (
	annotationAutonamed    = "pulumi.com/autonamed"
	annotationSkipAwait    = "pulumi.com/skipAwait"
	annotationTimeout      = "pulumi.com/timeoutSeconds"
	annotationForce        = "pulumi.com/patchForce"
	annotationFieldManager = "pulumi.com/patchFieldManager"
	annotationPropagation  = "pulumi.com/deletionPropagationPolicy"
	annotationPrefix       = "pulumi.com/"
)

// DefaultTimeout bounds the wait for a resource to become ready or to be gone,
// as in the official provider.
const DefaultTimeout = 10 * time.Minute

// UnsupportedAnnotation returns an annotation of the inputs that asks the
// provider for something it does not do, or "".
func UnsupportedAnnotation(inputs *unstructured.Unstructured) string {
	for name := range inputs.GetAnnotations() {
		switch name {
		case annotationAutonamed, annotationSkipAwait, annotationTimeout,
			annotationForce, annotationFieldManager, annotationPropagation:
		default:
			if strings.HasPrefix(name, annotationPrefix) {
				return name
			}
		}
	}
	return ""
}

// SkipAwait reports whether the resource counts as ready once it exists.
func SkipAwait(inputs *unstructured.Unstructured) bool {
	return isTrue(inputs, annotationSkipAwait)
}

// ForceConflicts reports whether the resource takes fields from other managers.
func ForceConflicts(inputs *unstructured.Unstructured) bool {
	return isTrue(inputs, annotationForce)
}

// FieldManager returns the name that the inputs choose for their field
// manager, or "".
func FieldManager(inputs *unstructured.Unstructured) string {
	return inputs.GetAnnotations()[annotationFieldManager]
}

// Timeout returns how long to wait for the resource: the custom timeout of the
// request in seconds when it is set, else the annotation, else DefaultTimeout.
func Timeout(customSeconds float64, inputs *unstructured.Unstructured) (time.Duration, error) {
	if customSeconds > 0 {
		return time.Duration(customSeconds * float64(time.Second)), nil
	}
	value, exists := inputs.GetAnnotations()[annotationTimeout]
	if !exists {
		return DefaultTimeout, nil
	}
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds <= 0 {
		return 0, fmt.Errorf("annotation %s is %q: set it to a positive number of whole seconds", annotationTimeout, value)
	}
	return time.Duration(seconds) * time.Second, nil
}

// Propagation returns what happens to dependents when the object is deleted:
// Foreground, unless an annotation asks for Background or Orphan.
func Propagation(inputs *unstructured.Unstructured) metav1.DeletionPropagation {
	switch strings.ToLower(inputs.GetAnnotations()[annotationPropagation]) {
	case "orphan":
		return metav1.DeletePropagationOrphan
	case "background":
		return metav1.DeletePropagationBackground
	default:
		return metav1.DeletePropagationForeground
	}
}

func isTrue(object *unstructured.Unstructured, annotation string) bool {
	return object.GetAnnotations()[annotation] == "true"
}
