// Package pulumi reads what the Pulumi command line prints as JSON: what it has recorded of a stack, and what it would change.
package pulumi

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Snapshot is what Pulumi has recorded of a stack.
type Snapshot struct {
	// Resources is how many there are, providers and the stack itself included; 0 where it was never up.
	Resources int
	// Outputs are the stack's outputs. A secret is an object with ciphertext.
	Outputs map[string]any
	// Backend are the backend's settings with which it was brought up, by key; none where the state is of an older program or they are
	// secret.
	Backend map[string]string
	// Objects are the objects on the cluster, by their name in the program.
	Objects map[string]Object
}

// Object is an object on the cluster, as the program has rendered it.
type Object struct {
	// URN is Pulumi's name for it.
	URN string `json:"urn"`
	// Inputs are its manifest, in JSON.
	Inputs json.RawMessage `json:"inputs"`
	// Manager is the name under which Pulumi applies it.
	Manager string `json:"manager"`
}

// Text is an output that is one; empty where there is none.
func (s Snapshot) Text(name string) string {
	text, _ := s.Outputs[name].(string)
	return text
}

// Types of resources.
const (
	stackType       = "pulumi:pulumi:Stack"
	backendType     = "ashapp:backend:Backend"
	kubernetesTypes = "kubernetes:"
)

// ParseExport reads what pulumi stack export prints.
func ParseExport(exported []byte) (Snapshot, error) {
	var state struct {
		Deployment struct {
			Resources []struct {
				URN, Type string
				Inputs    json.RawMessage
				Outputs   map[string]any
				External  bool // only read
			}
		}
	}
	if err := json.Unmarshal(exported, &state); err != nil {
		return Snapshot{}, fmt.Errorf("reading the exported state: %w", err)
	}
	snapshot := Snapshot{Resources: len(state.Deployment.Resources), Objects: map[string]Object{}}
	for _, resource := range state.Deployment.Resources {
		switch {
		case resource.Type == stackType:
			snapshot.Outputs = resource.Outputs
		case resource.Type == backendType:
			snapshot.Backend = texts(resource.Outputs["settings"])
		case strings.HasPrefix(resource.Type, kubernetesTypes) && !resource.External:
			manager, _ := resource.Outputs["__fieldManager"].(string)
			snapshot.Objects[nameIn(resource.URN)] = Object{URN: resource.URN, Inputs: resource.Inputs, Manager: manager}
		}
	}
	return snapshot, nil
}

// texts are the values of an object that are text, by key.
func texts(object any) map[string]string {
	values, _ := object.(map[string]any)
	found := make(map[string]string, len(values))
	for key, value := range values {
		if text, is := value.(string); is {
			found[key] = text
		}
	}
	return found
}

// ParsePreview reads what pulumi preview --json --show-sames prints: the manifests, by name, that an update would render.
func ParsePreview(printed []byte) (map[string]json.RawMessage, error) {
	var preview struct {
		Steps []struct {
			Op, URN  string
			NewState struct {
				Type     string
				Inputs   json.RawMessage
				External bool // only read
			}
		}
	}
	if err := json.Unmarshal(printed, &preview); err != nil {
		return nil, fmt.Errorf("reading what pulumi preview has printed: %w", err)
	}
	planned := map[string]json.RawMessage{}
	for _, step := range preview.Steps {
		if strings.HasPrefix(step.NewState.Type, kubernetesTypes) && !step.NewState.External && !strings.HasPrefix(step.Op, "delete") {
			planned[nameIn(step.URN)] = step.NewState.Inputs
		}
	}
	return planned, nil
}

// nameIn is a resource's name in its URN.
func nameIn(urn string) string { return urn[strings.LastIndex(urn, "::")+len("::"):] }
