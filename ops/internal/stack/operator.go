package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/ops/internal/cluster"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// Operator runs Pulumi on a stack for those who do more than Up.
type Operator struct {
	session *session
}

// Operator checks this machine, installs the tools and mends the state, as Up does.
func (s *Stack) Operator(ctx context.Context) (*Operator, error) {
	p, err := s.ready(ctx)
	if err != nil {
		return nil, err
	}
	return &Operator{session: p}, s.remember()
}

// Observer installs the tools for those who only look: it mends nothing, remembers nothing, and waits for nobody.
func (s *Stack) Observer(ctx context.Context) (*Operator, error) {
	p, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	return &Operator{session: p}, nil
}

// hold keeps others from changing the stack until it is given back.
func (p *session) hold(ctx context.Context) (giveBack func(), err error) {
	if p.Hold == nil {
		return func() {}, nil
	}
	return p.Hold(ctx, &Operator{session: p})
}

// Config is the content of the stack file that Pulumi runs with. Secrets in it are encrypted.
func (o *Operator) Config() ([]byte, error) {
	content, err := os.ReadFile(o.session.pulumi.ConfigFile)
	if err != nil {
		return nil, fmt.Errorf("reading the stack file: %w", err)
	}
	return content, nil
}

// Preview shows what an update would change.
func (o *Operator) Preview(ctx context.Context) error {
	return o.session.pulumi.Preview(ctx, false)
}

// Refresh reads resources anew, by their URNs, so that the next update puts back what was changed by other means.
func (o *Operator) Refresh(ctx context.Context, urns []string) error {
	if err := o.adopt(ctx, urns); err != nil {
		return err
	}
	return o.session.pulumi.Refresh(ctx, urns)
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
	return o.session.update(ctx, o.session.pulumi.With(file))
}

// write puts a stack file into the state folder, for this user only.
func (o *Operator) write(config []byte) (path string, err error) {
	file, err := os.CreateTemp(o.session.state.Folder, "config-*.yaml") // mode 0600
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
	return o.session.pulumi.Destroy(ctx)
}

// Cluster is the stack's cluster; nil where that does not exist yet. It fails where it is not the one that the stack is on.
func (o *Operator) Cluster(ctx context.Context) (*cluster.Cluster, error) {
	return o.session.target(ctx)
}

// Objects are those that the stack has made on its cluster.
func (o *Operator) Objects(ctx context.Context) ([]cluster.Object, error) {
	return o.session.objects(ctx)
}

// Say tells the user something, in a line. Whether anybody hears it must not matter to what is being done.
func (o *Operator) Say(line string) { o.session.say(strings.TrimRight(line, "\n")) }

// Snapshot is what Pulumi has recorded of the stack.
func (o *Operator) Snapshot(ctx context.Context) (pulumi.Snapshot, error) {
	return o.session.pulumi.Export(ctx)
}

// Planned are the manifests, by name, that an update by a stack file with this content would render. It changes nothing.
func (o *Operator) Planned(ctx context.Context, config []byte) (map[string]json.RawMessage, error) {
	file, err := o.write(config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(file) }() // a copy, which nobody else reads
	return o.session.pulumi.With(file).Planned(ctx)
}
