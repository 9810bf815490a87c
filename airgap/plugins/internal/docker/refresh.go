package docker

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

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

// refreshInputs is the old inputs with the values that the state has now. An
// input whose value has not changed keeps the form in which the user gave it.
func (s schema) refreshInputs(inputs, state resource.PropertyMap) resource.PropertyMap {
	fresh := maps.Clone(inputs)
	for key, value := range inputs {
		property, known := s[string(key)]
		now := state[key]
		if key == defaultsKey || !known || property.agrees(value, now) {
			continue
		}
		if property.kind == object && value.IsObject() && now.IsObject() {
			fresh[key] = resource.NewProperty(property.fields.refreshInputs(value.ObjectValue(), now.ObjectValue()))
			continue
		}
		fresh[key] = now
	}
	return fresh
}

// agrees says that everything that an input asks for is so in the state, which
// may say more than that.
func (p property) agrees(input, state resource.PropertyValue) bool {
	switch {
	case p.kind == object && input.IsObject() && state.IsObject():
		for key, value := range input.ObjectValue() {
			if key != defaultsKey && !p.fields[string(key)].agrees(value, state.ObjectValue()[key]) {
				return false
			}
		}
		return true
	case (p.kind == list || p.kind == set) && input.IsArray() && state.IsArray():
		return p.elementsAgree(input.ArrayValue(), state.ArrayValue())
	default:
		return equal(input, state)
	}
}

// elementsAgree compares by position, or in a set with any element.
func (p property) elementsAgree(inputs, state []resource.PropertyValue) bool {
	if len(inputs) != len(state) {
		return false
	}
	for i, input := range inputs {
		agrees := func(value resource.PropertyValue) bool { return p.element.agrees(input, value) }
		if p.kind == set && !slices.ContainsFunc(state, agrees) || p.kind == list && !agrees(state[i]) {
			return false
		}
	}
	return true
}

// settled is a value from an old state in the form that it has after Read:
// booleans in nested objects are false, not null.
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
