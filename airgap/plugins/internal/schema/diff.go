package schema

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Diff compares the state, which has what the engine told, with the inputs that the program asks for now.
func (s Schema) Diff(state, news resource.PropertyMap, ignored []string) *pulumirpc.DiffResponse {
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true}
	for _, name := range s.names() {
		key, property := resource.PropertyKey(name), s[name]
		changes := difference{}
		changes.value(name, property, state[key], news[key])
		changes.ignore(ignored)
		switch replacing := property.is(replaces); {
		case len(changes) > 0:
			response.Diffs = append(response.Diffs, name)
			if replacing {
				response.Replaces = append(response.Replaces, name)
			}
			response.DetailedDiff = changes.detail(response.DetailedDiff, replacing)
			response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		case replacing:
			response.Stables = append(response.Stables, name)
		}
	}
	// Docker's names are unique: the old one must go first, unless the replacement gets another name.
	response.DeleteBeforeReplace = len(response.Replaces) > 0 && state["name"].DeepEquals(news["name"])
	return response
}

// A difference has the kind of change by property path.
type difference map[string]pulumirpc.PropertyDiff_Kind

// detail adds the changes to those of other properties.
func (d difference) detail(others map[string]*pulumirpc.PropertyDiff, replacing bool) map[string]*pulumirpc.PropertyDiff {
	if others == nil {
		others = map[string]*pulumirpc.PropertyDiff{}
	}
	for path, change := range d {
		if replacing {
			change++ // each kind of change is followed by the one that replaces the resource
		}
		others[path] = &pulumirpc.PropertyDiff{Kind: change}
	}
	return others
}

// ignore drops what the program wants ignored. Pulumi itself restores ignored inputs only, which is not enough for one
// that was never given and that the engine has filled in.
func (d difference) ignore(ignored []string) {
	for path := range d {
		changed, err := resource.ParsePropertyPath(path)
		for _, pattern := range ignored {
			if parsed, invalid := resource.ParsePropertyPath(pattern); err == nil && invalid == nil && parsed.Contains(changed) {
				delete(d, path)
			}
		}
	}
}

// value notes how an input differs from the state, as deep inside it as possible: paths decide what Pulumi shows.
func (d difference) value(path string, p property, state, input resource.PropertyValue) {
	switch {
	case input.IsNull() && (p.is(computed) || p.is(kept)), zero(state) && zero(input), state.DeepEquals(input):
	case empty(state):
		d[path] = pulumirpc.PropertyDiff_ADD
	case empty(input):
		d[path] = pulumirpc.PropertyDiff_DELETE
	case p.element != nil && state.IsArray() && input.IsArray():
		d.elements(path, p, state.ArrayValue(), input.ArrayValue())
	case p.kind == object && state.IsObject() && input.IsObject():
		for name, field := range p.fields {
			key := resource.PropertyKey(name)
			d.value(join(path, name), field, state.ObjectValue()[key], input.ObjectValue()[key])
		}
	case p.kind == mapping && state.IsObject() && input.IsObject():
		for _, key := range slices.Concat(state.ObjectValue().StableKeys(), input.ObjectValue().StableKeys()) {
			d.value(join(path, string(key)), property{}, state.ObjectValue()[key], input.ObjectValue()[key])
		}
	default:
		d[path] = pulumirpc.PropertyDiff_UPDATE
	}
}

// elements compares by position: the order of arguments and ports has a meaning. That of a set has none: what is on both sides
// does not count there. An element that disappeared is named by its old index, one that appeared by its new one; both at one
// index are an update.
func (d difference) elements(path string, p property, state, inputs []resource.PropertyValue) {
	for i := range max(len(state), len(inputs)) {
		var was, is resource.PropertyValue
		if i < len(state) && !(p.kind == set && slices.ContainsFunc(inputs, func(v resource.PropertyValue) bool { return p.element.agrees(state[i], v) })) {
			was = state[i]
		}
		if i < len(inputs) && !(p.kind == set && slices.ContainsFunc(state, func(v resource.PropertyValue) bool { return p.element.agrees(v, inputs[i]) })) {
			is = inputs[i]
		}
		d.value(fmt.Sprintf("%s[%d]", path, i), *p.element, was, is)
	}
}

// agrees says that everything that an input asks for is so in the state, which may say more than that.
func (p property) agrees(state, input resource.PropertyValue) bool {
	changes := difference{}
	changes.value("", p, state, input)
	return len(changes) == 0
}

// empty says that a value means the same as none.
func empty(v resource.PropertyValue) bool {
	return v.IsNull() || v.IsArray() && len(v.ArrayValue()) == 0 || v.IsObject() && len(v.ObjectValue()) == 0
}

// zero says that a value is empty or what Terraform writes for a scalar that nobody has set.
func zero(v resource.PropertyValue) bool {
	return empty(v) || v.IsString() && v.StringValue() == "" || v.IsNumber() && v.NumberValue() == 0 || v.IsBool() && !v.BoolValue()
}
