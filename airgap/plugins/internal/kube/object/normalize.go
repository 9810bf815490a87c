package object

import (
	"encoding/base64"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// Normalize returns the inputs in the form in which the API server returns
// them, so that equal meanings do not show as differences: quantities are
// canonical, the stringData of a Secret becomes data, and metadata that only
// the server writes is gone. Inputs with unknowns, and kinds that are not
// built into Kubernetes, keep their form.
func Normalize(inputs *unstructured.Unstructured) *unstructured.Unstructured {
	normal := inputs
	if !HasUnknowns(inputs) {
		if isSecret(inputs) {
			normal = encodeSecret(inputs.DeepCopy())
		} else {
			normal = Prune(roundTrip(inputs), inputs)
		}
	}
	for _, field := range []string{
		"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
		"generation", "managedFields", "resourceVersion", "uid",
	} {
		unstructured.RemoveNestedField(normal.Object, "metadata", field)
	}
	return normal
}

// UnknownFields returns an error that lists the fields which the kind of the
// inputs does not have, or nil when there are none or the kind is not built in.
func UnknownFields(inputs *unstructured.Unstructured) error {
	if HasUnknowns(inputs) || !scheme.Scheme.Recognizes(inputs.GroupVersionKind()) {
		return nil // the API server checks custom resources
	}
	typed, err := scheme.Scheme.New(inputs.GroupVersionKind())
	if err != nil {
		return fmt.Errorf("finding the fields of %s: %w", inputs.GroupVersionKind(), err)
	}
	err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(inputs.Object, typed, true)
	if runtime.IsStrictDecodingError(err) {
		return err
	}
	return nil // a wrong type gets a better message from the API server
}

// roundTrip passes the inputs through their Go type. Inputs that do not fit
// it are returned as they are: the API server explains what is wrong.
func roundTrip(inputs *unstructured.Unstructured) *unstructured.Unstructured {
	typed, err := scheme.Scheme.New(inputs.GroupVersionKind())
	if err != nil {
		return inputs.DeepCopy()
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(inputs.Object, typed); err != nil {
		return inputs.DeepCopy()
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return inputs.DeepCopy()
	}
	return &unstructured.Unstructured{Object: content}
}

// encodeSecret does what the API server does with a Secret: stringData wins
// over data, and data is canonical base64.
func encodeSecret(secret *unstructured.Unstructured) *unstructured.Unstructured {
	data, _ := secret.Object["data"].(map[string]any)
	for key, value := range data {
		if encoded, is := value.(string); is {
			// Invalid base64 stays as it is for the API server to refuse.
			if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
				data[key] = base64.StdEncoding.EncodeToString(decoded)
			}
		}
	}
	plain, found, err := unstructured.NestedStringMap(secret.Object, "stringData")
	if err != nil || !found || len(plain) == 0 {
		return secret
	}
	if data == nil {
		data = map[string]any{}
	}
	for key, value := range plain {
		data[key] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	secret.Object["data"] = data
	delete(secret.Object, "stringData")
	return secret
}

func isSecret(object *unstructured.Unstructured) bool {
	return object.GetKind() == "Secret" && object.GetAPIVersion() == "v1"
}
