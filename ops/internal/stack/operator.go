package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/release"
)

// Operator runs Pulumi on a stack for those who do more than Up.
type Operator struct {
	pulumi *pulumi
}

// Operator checks this machine, installs the tools and mends the state, as Up does.
func (s *Stack) Operator(ctx context.Context) (*Operator, error) {
	p, err := s.ready(ctx)
	if err != nil {
		return nil, err
	}
	return &Operator{pulumi: p}, s.remember()
}

// Config is the content of the stack file that Pulumi runs with. Secrets in it are encrypted.
func (o *Operator) Config() ([]byte, error) {
	content, err := os.ReadFile(o.pulumi.configFile)
	if err != nil {
		return nil, fmt.Errorf("reading the stack file: %w", err)
	}
	return content, nil
}

// Preview shows what an update would change.
func (o *Operator) Preview(ctx context.Context) error {
	return o.pulumi.operate(ctx, "preview")
}

// Refresh reads resources anew, by their URNs, so that the next update puts back what was changed by other means.
func (o *Operator) Refresh(ctx context.Context, urns []string) error {
	if err := o.adopt(ctx, urns); err != nil {
		return err
	}
	arguments := []string{"refresh", "--yes", "--skip-preview"}
	for _, urn := range urns {
		arguments = append(arguments, "--target", urn)
	}
	return o.pulumi.operate(ctx, arguments...)
}

// adopt makes those of some resources that could not be applied any more, such as a Service with a changed port, the stack's own again.
func (o *Operator) adopt(ctx context.Context, urns []string) error {
	reached, err := o.Cluster(ctx)
	if err != nil || reached == nil {
		return err
	}
	objects, err := o.Objects(ctx)
	if err != nil {
		return err
	}
	return reached.Adopt(ctx, slices.DeleteFunc(objects, func(object cluster.Object) bool { return !slices.Contains(urns, object.URN) }))
}

// Update brings the stack to what the checkout says, by a stack file with this content. When ctx ends, Pulumi stops in good
// order before Update returns.
func (o *Operator) Update(ctx context.Context, config []byte) error {
	file, err := o.write(config)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file) }() // a copy, which nobody else reads
	arguments, err := o.pulumi.update(ctx)
	if err != nil {
		return err
	}
	with := *o.pulumi
	with.configFile = file
	return o.pulumi.withNodeLogs(ctx, with.operate(ctx, arguments...))
}

// write puts a stack file into the state folder, for this user only.
func (o *Operator) write(config []byte) (path string, err error) {
	file, err := os.CreateTemp(filepath.Dir(o.pulumi.state.choice()), "config-*.yaml") // mode 0600
	if err != nil {
		return "", fmt.Errorf("writing the stack file to run with: %w", err)
	}
	_, err = file.Write(config)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("writing the stack file to run with: %w", err), os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// Destroy removes everything that updates have made.
func (o *Operator) Destroy(ctx context.Context) error {
	return o.pulumi.operate(ctx, "destroy", "--yes", "--skip-preview")
}

// Cluster is the stack's cluster; nil where that does not exist yet. It fails where it is not the one that the stack is on.
func (o *Operator) Cluster(ctx context.Context) (*cluster.Cluster, error) {
	return o.pulumi.target(ctx)
}

// Objects are those that the stack has made on its cluster.
func (o *Operator) Objects(ctx context.Context) ([]cluster.Object, error) {
	state, err := o.pulumi.recorded(ctx)
	return state.Objects, err
}

// Say tells the user something, in a line. Whether anybody hears it must not matter to what is being done.
func (o *Operator) Say(line string) { _ = o.pulumi.say(strings.TrimRight(line, "\n")) }

// Snapshot is what Pulumi has recorded of the stack.
func (o *Operator) Snapshot(ctx context.Context) (release.Snapshot, error) {
	exported, err := o.pulumi.export(ctx)
	if err != nil {
		return release.Snapshot{}, err
	}
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
		return release.Snapshot{}, fmt.Errorf("reading the state of stack %s: %w", o.pulumi.Name, err)
	}
	snapshot := release.Snapshot{Resources: len(state.Deployment.Resources), Objects: map[string]release.Object{}}
	for _, resource := range state.Deployment.Resources {
		switch {
		case resource.Type == stackType:
			snapshot.Outputs = resource.Outputs
		case strings.HasPrefix(resource.Type, "kubernetes:") && !resource.External:
			manager, _ := resource.Outputs["__fieldManager"].(string)
			snapshot.Objects[nameIn(resource.URN)] = release.Object{URN: resource.URN, Inputs: resource.Inputs, Manager: manager}
		}
	}
	return snapshot, nil
}

// nameIn is a resource's name in its URN.
func nameIn(urn string) string { return urn[strings.LastIndex(urn, "::")+2:] }

// Planned are the manifests, by name, that an update by a stack file with this content would render. It changes nothing.
func (o *Operator) Planned(ctx context.Context, config []byte) (map[string]json.RawMessage, error) {
	file, err := o.write(config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file) }() // a copy, which nobody else reads
	var printed bytes.Buffer
	err = o.pulumi.run(ctx, o.pulumi.root, &printed, "preview", "--json", "--show-sames", "--stack", o.pulumi.Name, "--config-file", file)
	if err != nil {
		return nil, err
	}
	var preview struct {
		Steps []struct {
			URN      string
			Op       string
			NewState struct {
				Type     string
				Inputs   json.RawMessage
				External bool // only read
			}
		}
	}
	if err := json.Unmarshal(printed.Bytes(), &preview); err != nil {
		return nil, fmt.Errorf("reading what pulumi preview has printed: %w", err)
	}
	planned := map[string]json.RawMessage{}
	for _, step := range preview.Steps {
		if strings.HasPrefix(step.NewState.Type, "kubernetes:") && !step.NewState.External && !strings.HasPrefix(step.Op, "delete") {
			planned[nameIn(step.URN)] = step.NewState.Inputs
		}
	}
	return planned, nil
}
