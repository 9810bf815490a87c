package object

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Settable returns the part of a live object that a program could have asked
// for: without status and without what the server notes in the metadata.
func Settable(live *unstructured.Unstructured) *unstructured.Unstructured {
	settable := Normalize(live.DeepCopy())
	delete(settable.Object, "status")
	for _, annotation := range []string{
		"deployment.kubernetes.io/revision",
		"kubectl.kubernetes.io/last-applied-configuration",
	} {
		unstructured.RemoveNestedField(settable.Object, "metadata", "annotations", annotation)
	}
	return settable
}
