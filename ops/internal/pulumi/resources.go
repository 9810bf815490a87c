package pulumi

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Types of resources in Docker: a container, and an image that was pushed. ProviderType is a connection to a cluster.
const (
	ContainerType = "docker:index/container:Container"
	ImageType     = "docker:index/image:Image"
	ProviderType  = "pulumi:providers:kubernetes"
)

// Resource is the part of a recorded resource that matters here. Those that are not in any provider, such as components, have no ID.
type Resource struct {
	Type, ID, URN string
	Inputs        json.RawMessage
	Outputs       map[string]any
	External      bool // only read
	Delete        bool // replaced, and to be deleted
}

// operation is one that Pulumi has written down before it began, and has not crossed out.
type operation struct {
	Type     string // creating, updating, deleting, ...
	Resource struct{ URN string }
}

// Empty tells whether there is nothing that Pulumi would have to remove.
func (s Snapshot) Empty() bool { return len(s.resources) == 0 && len(s.pending) == 0 }

// Interrupted tells whether operations are pending: they were begun by an update that has not lived to see their end.
func (s Snapshot) Interrupted() bool { return len(s.pending) > 0 }

// Unsettled lists the URNs of what has to be looked at to settle the pending operations: the resources concerned, but those
// that were being created are not recorded, so that the stack itself stands for them.
func (s Snapshot) Unsettled() (urns []string) {
	for _, operation := range s.pending {
		for _, r := range s.resources {
			if r.URN == operation.Resource.URN || r.Type == stackType {
				urns = append(urns, r.URN)
			}
		}
	}
	slices.Sort(urns)
	return slices.Compact(urns)
}

// Records tells whether an object of Docker's is in the state.
func (s Snapshot) Records(id string) bool { return bytes.Contains(s.content, []byte(`"`+id+`"`)) }

// Made lists the resources of a type that were made, and not only begun.
func (s Snapshot) Made(resourceType string) (found []Resource) {
	for _, r := range s.resources {
		if r.Type == resourceType && r.ID != "" {
			found = append(found, r)
		}
	}
	return found
}
