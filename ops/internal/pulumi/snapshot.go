package pulumi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
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
	// Objects are the objects that the stack has made on the cluster, by their name in the program. What it has only read is not among
	// them, nor what was replaced and is to be deleted.
	Objects map[string]Object
	// Identity is that of the cluster which the stack is on, as cluster.Identity tells it; empty where none is recorded: the stack is on
	// none yet, or on one that is its own.
	Identity string

	ordered   []Object
	content   []byte
	resources []Resource
	pending   []operation
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

// Ordered are the objects in the order of the state.
func (s Snapshot) Ordered() []Object { return s.ordered }

// Types of resources.
const (
	stackType       = "pulumi:pulumi:Stack"
	stashType       = "pulumi:index:Stash"
	backendType     = "ashapp:backend:Backend"
	kubernetesTypes = "kubernetes:"
)

// Recorded reads what is recorded of a stack in the local state, from Pulumi's file. Where there is none, nothing is recorded.
func (s State) Recorded(stack string) (Snapshot, error) {
	content, err := os.ReadFile(s.checkpoint(stack))
	if errors.Is(err, fs.ErrNotExist) {
		return Snapshot{}, nil
	}
	if err != nil {
		return Snapshot{}, fmt.Errorf("reading the local state: %w", err)
	}
	snapshot, err := parseState(content)
	if err != nil {
		return Snapshot{}, fmt.Errorf("reading the local state %s: %w", s.checkpoint(stack), err)
	}
	return snapshot, nil
}

// IsUp is nil where the stack has resources, or where only its backend could tell.
func (s State) IsUp(stack string) error {
	recorded, err := s.Recorded(stack)
	if err == nil && recorded.Empty() && !s.OwnBackend {
		err = fmt.Errorf("the stack %s is not up: make up", stack)
	}
	return err
}

// parseState reads a state: what pulumi stack export prints, or the file that Pulumi keeps of a local one.
func parseState(content []byte) (Snapshot, error) {
	type deployment struct {
		Resources         []Resource
		PendingOperations []operation `json:"pending_operations"`
	}
	var file struct {
		Deployment *deployment
		Checkpoint struct{ Latest *deployment }
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return Snapshot{}, err
	}
	latest := file.Deployment
	if latest == nil {
		latest = file.Checkpoint.Latest
	}
	if latest == nil {
		latest = &deployment{}
	}
	snapshot := Snapshot{
		Resources: len(latest.Resources), Objects: map[string]Object{}, content: content, resources: latest.Resources,
		pending: latest.PendingOperations,
	}
	for _, r := range latest.Resources {
		snapshot.add(r)
	}
	return snapshot, nil
}

// add takes note of what a resource is for the stack.
func (s *Snapshot) add(r Resource) {
	switch {
	case r.External, r.Delete:
	case r.Type == stackType:
		s.Outputs = r.Outputs
	case r.Type == backendType:
		s.Backend = texts(r.Outputs["settings"])
	case r.Type == stashType && nameIn(r.URN) == settings.ClusterIdentity:
		s.Identity, _ = r.Outputs["output"].(string)
	case strings.HasPrefix(r.Type, kubernetesTypes):
		manager, _ := r.Outputs["__fieldManager"].(string)
		object := Object{URN: r.URN, Inputs: r.Inputs, Manager: manager}
		s.Objects[nameIn(r.URN)], s.ordered = object, append(s.ordered, object)
	}
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

// nameIn is a resource's name in its URN.
func nameIn(urn string) string {
	if i := strings.LastIndex(urn, "::"); i >= 0 {
		return urn[i+len("::"):]
	}
	return urn
}
