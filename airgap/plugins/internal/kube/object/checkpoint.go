package object

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Keys of a checkpoint that are not fields of the live object.
const (
	inputsKey            = "__inputs"
	fieldManagerKey      = "__fieldManager"
	initialAPIVersionKey = "__initialApiVersion"
)

// Checkpoint is what the state holds about a resource.
type Checkpoint struct {
	Inputs *unstructured.Unstructured // what the program asked for, normalised
	Live   *unstructured.Unstructured // what the API server answered
	// FieldManager owns our fields in server-side apply, "" before the first apply.
	FieldManager string
	// InitialAPIVersion is the apiVersion the resource was created with.
	InitialAPIVersion string
}

// ParseCheckpoint reads the state that Properties wrote. Missing parts stay
// empty objects, as in the state of a resource that is being imported.
func ParseCheckpoint(state resource.PropertyMap) Checkpoint {
	live := FromProperties(state)
	inputs, _ := live.Object[inputsKey].(map[string]any)
	if inputs == nil {
		inputs = map[string]any{}
	}
	manager, _ := live.Object[fieldManagerKey].(string)
	version, _ := live.Object[initialAPIVersionKey].(string)
	for _, key := range []string{inputsKey, fieldManagerKey, initialAPIVersionKey} {
		delete(live.Object, key)
	}
	return Checkpoint{
		Inputs:            &unstructured.Unstructured{Object: inputs},
		Live:              live,
		FieldManager:      manager,
		InitialAPIVersion: version,
	}
}

// Properties returns the state to keep. Secrets are marked where secrets, the
// properties that the inputs came from, has them.
func (c Checkpoint) Properties(secrets resource.PropertyMap) resource.PropertyMap {
	state := ToProperties(c.Live)
	inputs := ToProperties(c.Inputs)
	CopySecrets(state, secrets)
	CopySecrets(inputs, secrets)
	state[inputsKey] = resource.NewProperty(inputs)
	state[fieldManagerKey] = resource.NewProperty(c.FieldManager)
	state[initialAPIVersionKey] = resource.NewProperty(c.InitialAPIVersion)
	return state
}
