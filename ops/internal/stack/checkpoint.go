package stack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// Pulumi's names for a container that it has made in Docker, for an image that it has pushed, for the stack itself, and for a
// connection to a cluster.
const (
	containerType = "docker:index/container:Container"
	imageType     = "docker:index/image:Image"
	stackType     = "pulumi:pulumi:Stack"
	providerType  = "pulumi:providers:kubernetes"
)

// checkpoint is what Pulumi has recorded of a stack in the local state.
type checkpoint struct {
	content   []byte
	resources []resource
	// pending operations were begun by an update that has not lived to see their end.
	pending []operation
}

// operation is one that Pulumi has written down before it began, and has not crossed out.
type operation struct {
	Type     string // creating, updating, deleting, ...
	Resource struct{ URN string }
}

// resource is the part of a resource that matters here. Those that are not in any provider, such as components, have no ID.
type resource struct {
	Type, ID, URN string
	Outputs       struct {
		Name       any // a string where it is a container's
		RepoDigest any // a string where it is an image's: what was pushed, by digest
	}
}

// readCheckpoint reads a stack's file in the local state. Where there is none, nothing is recorded.
func (s state) readCheckpoint(stack string) (checkpoint, error) {
	content, err := os.ReadFile(s.checkpoint(stack))
	if errors.Is(err, fs.ErrNotExist) {
		return checkpoint{}, nil
	}
	if err != nil {
		return checkpoint{}, fmt.Errorf("reading the local state: %w", err)
	}
	var file struct {
		Checkpoint struct {
			Latest struct {
				Resources         []resource
				PendingOperations []operation `json:"pending_operations"`
			}
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return checkpoint{}, fmt.Errorf("reading the local state %s: %w", s.checkpoint(stack), err)
	}
	latest := file.Checkpoint.Latest
	return checkpoint{content: content, resources: latest.Resources, pending: latest.PendingOperations}, nil
}

// empty tells whether there is nothing that Pulumi would have to remove.
func (c checkpoint) empty() bool { return len(c.resources) == 0 && len(c.pending) == 0 }

// unsettled lists the URNs of what has to be looked at to settle the pending operations: the resources concerned, but those
// that were being created are not recorded, so that the stack itself stands for them.
func (c checkpoint) unsettled() (urns []string) {
	for _, operation := range c.pending {
		for _, r := range c.resources {
			if r.URN == operation.Resource.URN || r.Type == stackType {
				urns = append(urns, r.URN)
			}
		}
	}
	slices.Sort(urns)
	return slices.Compact(urns)
}

// records tells whether an object of Docker's is in the state.
func (c checkpoint) records(id string) bool { return bytes.Contains(c.content, []byte(`"`+id+`"`)) }

// made lists the resources of a type that were made, and not only begun.
func (c checkpoint) made(resourceType string) (found []resource) {
	for _, r := range c.resources {
		if r.Type == resourceType && r.ID != "" {
			found = append(found, r)
		}
	}
	return found
}
