package cluster

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// State is what a stack's state says of its cluster.
type State struct {
	// Objects are those that the stack has made, in the order of the state. What it has only read is not among them.
	Objects []Object
	// Identity is that of the cluster which the stack is on, as Identity tells it; empty where none is recorded: the stack is on none
	// yet, or on one that is its own.
	Identity string
}

// Object is one that a stack has made on its cluster.
type Object struct {
	URN string
	// Manifest is what was applied.
	Manifest *unstructured.Unstructured
	// Manager is the name of the field manager that has applied it.
	Manager string
}

// stash is Pulumi's type of values that are kept in the state.
const stash = "pulumi:index:Stash"

// ReadState reads a state as JSON: what pulumi stack export prints, or the file that Pulumi keeps of a local state. The state of a
// stack that was never updated is empty.
func ReadState(content []byte) (State, error) {
	type resources struct {
		Resources []resource
	}
	var file struct {
		Deployment resources
		Checkpoint struct{ Latest resources }
	}
	if len(content) > 0 {
		if err := json.Unmarshal(content, &file); err != nil {
			return State{}, fmt.Errorf("reading the stack's state: %w", err)
		}
	}
	state := State{}
	for _, r := range append(file.Deployment.Resources, file.Checkpoint.Latest.Resources...) {
		switch {
		case r.External, r.Delete:
		case r.Type == stash && strings.HasSuffix(r.URN, "::"+settings.ClusterIdentity):
			state.Identity, _ = r.Outputs["output"].(string)
		case strings.HasPrefix(r.Type, "kubernetes:"):
			manager, _ := r.Outputs["__fieldManager"].(string)
			state.Objects = append(state.Objects, Object{
				URN: r.URN, Manifest: &unstructured.Unstructured{Object: r.Inputs}, Manager: manager,
			})
		}
	}
	return state, nil
}

// resource is the part of a resource that matters here.
type resource struct {
	URN, Type       string
	Inputs, Outputs map[string]any
	External        bool // only read
	Delete          bool // replaced, and to be deleted
}
