package cluster

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// Object is one that a stack has made on its cluster.
type Object struct {
	URN string
	// Manifest is what was applied.
	Manifest *unstructured.Unstructured
	// Manager is the name of the field manager that has applied it.
	Manager string
}

// ObjectsOf are those of a stack, in the order of its state.
func ObjectsOf(recorded pulumi.Snapshot) ([]Object, error) {
	objects := make([]Object, 0, len(recorded.Ordered()))
	for _, object := range recorded.Ordered() {
		manifest := &unstructured.Unstructured{}
		if err := json.Unmarshal(object.Inputs, &manifest.Object); err != nil {
			return nil, fmt.Errorf("reading the manifest of %s in the stack's state: %w", object.URN, err)
		}
		objects = append(objects, Object{URN: object.URN, Manifest: manifest, Manager: object.Manager})
	}
	return objects, nil
}
