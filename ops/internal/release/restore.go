package release

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi"
)

// restore makes an earlier release what runs, after an update that has failed or was stopped. It tries to even where the registry does
// not have the image any more: pods of it may still run, and a node that has run one still has it.
func (s *session) restore(ctx context.Context, good Release) error {
	gone := s.lookFor(ctx, good)
	if gone != nil {
		s.Say(fmt.Sprintf("warning: %v: it comes back only where it still is on a node", gone))
	}
	if err := s.putBackWhatRan(ctx, good); err != nil {
		return errors.Join(gone, err)
	}
	return nil
}

// putBackWhatRan is restore, whatever the registry says.
func (s *session) putBackWhatRan(ctx context.Context, good Release) error {
	if err := s.reread(ctx, stopped); err != nil {
		return err
	}
	config, err := s.restored(good)
	if err != nil {
		return err
	}
	wanted, err := s.Pulumi.Settings(ctx, config)
	if err != nil {
		return err
	}
	if err := s.bring(ctx, config, wanted, good); err != nil {
		return err
	}
	if err := s.move(ctx, wanted.Backend.Namespace); err != nil {
		return err
	}
	if s.snapshot, err = s.Pulumi.Snapshot(ctx); err != nil {
		return err
	}
	return s.confirm(ctx, wanted, good.Image, good.Commit)
}

// bring brings an earlier release to the cluster: by an update, or, where the program has changed since and would render it otherwise,
// by the objects as they were, since the old image need not run under new manifests.
func (s *session) bring(ctx context.Context, config []byte, wanted settings.Settings, earlier Release) error {
	planned, err := s.Pulumi.Planned(ctx, config)
	if err != nil {
		return err
	}
	other := otherwise(earlier.Rendered, planned)
	if len(other) == 0 {
		return s.update(ctx, config, wanted)
	}
	s.Say(fmt.Sprintf("the program renders %s otherwise than when %s was deployed: restoring the objects as they were",
		strings.Join(other, ", "), earlier))
	return s.putBack(ctx, earlier.Rendered)
}

// putBack restores objects, removes those that have come since, and has Pulumi read them all.
func (s *session) putBack(ctx context.Context, objects map[string]pulumi.Object) error {
	now, err := s.Pulumi.Snapshot(ctx)
	if err != nil {
		return err
	}
	for _, name := range inOrder(objects) {
		if err := s.Objects.Apply(ctx, objects[name]); err != nil {
			return fmt.Errorf("restoring %s: %w", name, err)
		}
	}
	var urns []string
	for _, name := range inOrder(now.Objects) {
		urns = append(urns, now.Objects[name].URN)
		if _, kept := objects[name]; kept {
			continue
		}
		if err := s.Objects.Remove(ctx, now.Objects[name]); err != nil {
			return fmt.Errorf("removing %s, which was not there: %w", name, err)
		}
	}
	return s.Pulumi.Refresh(ctx, urns)
}

// inOrder are the names of objects, that of the namespace first, since the others are in it, and then those that pods refer to.
func inOrder(objects map[string]pulumi.Object) []string {
	names := slices.Sorted(maps.Keys(objects))
	for _, first := range []string{"files", "secrets", "namespace"} {
		if i := slices.Index(names, first); i > 0 {
			names = slices.Insert(slices.Delete(names, i, i+1), 0, first)
		}
	}
	return names
}

// otherwise are the names of the objects that would be rendered otherwise than they were. Of a release that does not tell how it was
// rendered nothing is known.
func otherwise(were map[string]pulumi.Object, planned map[string]json.RawMessage) (names []string) {
	if len(were) == 0 {
		return nil
	}
	for name := range planned {
		if _, found := were[name]; !found {
			names = append(names, name)
		}
	}
	for name, object := range were {
		if !same(object.Inputs, planned[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// equal tells whether objects have the same manifests.
func equal(a, b map[string]pulumi.Object) bool {
	return maps.EqualFunc(a, b, func(a, b pulumi.Object) bool { return same(a.Inputs, b.Inputs) })
}

// same compares manifests. What is secret in one of them is taken to be the same: nobody can see whether it is.
func same(a, b json.RawMessage) bool {
	return bytes.Equal(canonical(a), canonical(b))
}

// secretShown is what a preview shows of a secret.
const secretShown = "[secret]"

// canonical is a manifest in one form: keys in order, secrets hidden.
func canonical(manifest json.RawMessage) []byte {
	var value any
	if json.Unmarshal(manifest, &value) != nil {
		return nil
	}
	content, err := json.Marshal(hidden(value))
	if err != nil {
		return nil
	}
	return content
}

func hidden(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if _, secret := value[pulumi.SecretMark]; secret {
			return secretShown
		}
		for key, element := range value {
			value[key] = hidden(element)
		}
	case []any:
		for i, element := range value {
			value[i] = hidden(element)
		}
	}
	return value
}
