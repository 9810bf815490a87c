package docker

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// absent is what the state has for a property without a value.
func (p property) absent() resource.PropertyValue {
	if p.block() {
		return resource.NewProperty([]resource.PropertyValue{})
	}
	return resource.NewNullProperty()
}

// completed is an input in the form of the state: every field of a nested
// object present, sets of strings sorted, no note about defaults.
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
		completed := resource.PropertyMap{}
		for name, field := range p.fields {
			key := resource.PropertyKey(name)
			if input.ObjectValue().HasValue(key) {
				completed[key] = field.completed(input.ObjectValue()[key])
			} else {
				completed[key] = field.zero()
			}
		}
		return resource.NewProperty(completed)
	default:
		return input
	}
}

// zero is what the state has for a field that a nested object leaves out.
func (p property) zero() resource.PropertyValue {
	if p.kind == text {
		return resource.NewProperty("")
	}
	if p.kind == list || p.kind == set {
		return resource.NewProperty([]resource.PropertyValue{})
	}
	return resource.NewNullProperty()
}

// compareStrings orders the elements of a set. Terraform orders them by a hash of
// its own; any fixed order gives the same state for the same inputs.
func compareStrings(a, b resource.PropertyValue) int {
	if !a.IsString() || !b.IsString() {
		return 0 // unknown in a preview
	}
	return strings.Compare(a.StringValue(), b.StringValue())
}
