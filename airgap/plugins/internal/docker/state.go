package docker

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// planned is the state that a preview expects: what the inputs say, and what known has of the rest (the state of an
// update, nil for a new resource). What Docker will choose is unknown.
func (s schema) planned(inputs, known resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{"id": plugin.Unknown()}
	if id, ok := known["id"]; ok {
		state["id"] = id
	}
	for name, property := range s {
		key := resource.PropertyKey(name)
		switch {
		case inputs.HasValue(key):
			state[key] = property.completed(inputs[key])
		case property.computed && known.HasValue(key):
			state[key] = known[key]
		case property.computed:
			state[key] = plugin.Unknown()
		default:
			state[key] = property.absent()
		}
	}
	return state
}

// created is the state after an operation. As in Terraform (plugin SDK, normalizeNullValues), sets are what was planned,
// everything else is what Docker says: options of a log driver that the engine has added are there too.
func (s schema) created(id string, inputs, live resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{"id": resource.NewProperty(id)}
	for name, property := range s {
		key := resource.PropertyKey(name)
		given, told := inputs.HasValue(key), live.HasValue(key)
		switch {
		case given && (!told || property.kind == set || property.kind == object):
			state[key] = property.completed(inputs[key])
		case told && (given || property.computed || !empty(live[key]) && (!property.block() || property.kind != set)):
			state[key] = live[key]
		case property.computed && (property.kind == list || property.kind == set):
			state[key] = resource.NewProperty([]resource.PropertyValue{})
		default:
			state[key] = property.absent()
		}
	}
	return state
}

// refreshed is the old state with everything that Docker can tell.
func (s schema) refreshed(id string, old, live resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{}
	for name, property := range s {
		key := resource.PropertyKey(name)
		state[key] = property.absent()
		if value, ok := old[key]; ok {
			state[key] = property.settled(value)
		}
	}
	maps.Copy(state, live)
	state["id"] = resource.NewProperty(id)
	return state
}

// refreshInputs is the old inputs with the values that the state has now. An input whose value has not changed keeps the
// form in which the user gave it.
func (s schema) refreshInputs(inputs, state resource.PropertyMap) resource.PropertyMap {
	fresh := maps.Clone(inputs)
	for key, value := range inputs {
		property, known := s[string(key)]
		switch {
		case !known || property.agrees(state[key], value):
		case property.kind == object && value.IsObject() && state[key].IsObject():
			fresh[key] = resource.NewProperty(property.fields.refreshInputs(value.ObjectValue(), state[key].ObjectValue()))
		default:
			fresh[key] = state[key]
		}
	}
	return fresh
}

// absent is what the state has for a property without a value.
func (p property) absent() resource.PropertyValue {
	if p.block() {
		return resource.NewProperty([]resource.PropertyValue{})
	}
	return resource.NewNullProperty()
}

// completed is an input in the form of the state: every field of a nested object present, sets of strings sorted, no note
// about defaults.
func (p property) completed(input resource.PropertyValue) resource.PropertyValue {
	switch {
	case input.IsArray():
		elements := make([]resource.PropertyValue, len(input.ArrayValue()))
		for i, element := range input.ArrayValue() {
			elements[i] = p.element.completed(element)
		}
		if p.kind == set && !p.block() {
			slices.SortStableFunc(elements, compareStrings)
		}
		return resource.NewProperty(elements)
	case input.IsObject() && p.kind == object:
		fields := resource.PropertyMap{}
		for name, field := range p.fields {
			if key := resource.PropertyKey(name); input.ObjectValue().HasValue(key) {
				fields[key] = field.completed(input.ObjectValue()[key])
			} else {
				fields[key] = field.unset()
			}
		}
		return resource.NewProperty(fields)
	default:
		return input
	}
}

// unset is what the state has for a field that a nested object leaves out.
func (p property) unset() resource.PropertyValue {
	if p.kind == text {
		return resource.NewProperty("")
	}
	if p.kind == list || p.kind == set {
		return resource.NewProperty([]resource.PropertyValue{})
	}
	return resource.NewNullProperty()
}

// settled is a value from an old state in the form that it has after Read: booleans in nested objects are false, not null.
func (p property) settled(value resource.PropertyValue) resource.PropertyValue {
	if !p.block() || !value.IsArray() {
		return value
	}
	elements := make([]resource.PropertyValue, len(value.ArrayValue()))
	for i, element := range value.ArrayValue() {
		fields := maps.Clone(element.ObjectValue())
		for key, field := range fields {
			if field.IsNull() && p.element.fields[string(key)].kind == boolean {
				fields[key] = resource.NewProperty(false)
			}
		}
		elements[i] = resource.NewProperty(fields)
	}
	return resource.NewProperty(elements)
}

// compareStrings orders the elements of a set. Terraform orders them by a hash of its own; any fixed order gives the same
// state for the same inputs.
func compareStrings(a, b resource.PropertyValue) int {
	if !a.IsString() || !b.IsString() {
		return 0 // unknown in a preview
	}
	return strings.Compare(a.StringValue(), b.StringValue())
}
