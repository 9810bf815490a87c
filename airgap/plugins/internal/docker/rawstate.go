package docker

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// rawStateKey and metaKey are how the official plugin translates the state back to Terraform's. They are written so that a
// stack can go on with the official plugin on another machine.
const (
	rawStateKey = "__pulumi_raw_state_delta"
	metaKey     = "__meta"
)

// rawState describes how a state differs in form from Terraform's: which values are arrays, maps or objects, which objects
// are lists of one element there ("plu"), and which names do not follow the rule.
func (s schema) rawState(state resource.PropertyMap) resource.PropertyValue {
	shapes, names := resource.PropertyMap{}, resource.PropertyMap{}
	for name, property := range s {
		key := resource.PropertyKey(name)
		if shape := property.shape(state[key]); !shape.IsNull() {
			shapes[key] = shape
		}
		if property.state != "" {
			names[key] = resource.NewProperty(property.state)
		}
	}
	description := resource.PropertyMap{}
	if len(shapes) > 0 {
		description["ps"] = resource.NewProperty(shapes)
	}
	if len(names) > 0 {
		description["renamed"] = resource.NewProperty(names)
	}
	return wrap("obj", resource.NewProperty(description))
}

// shape describes one value; a scalar needs no description.
func (p property) shape(value resource.PropertyValue) resource.PropertyValue {
	none := resource.NewProperty(resource.PropertyMap{})
	switch {
	case p.kind == object && value.IsObject():
		return wrap("plu", wrap("i", p.fields.rawState(value.ObjectValue())))
	case p.kind == object:
		return wrap("plu", wrap("i", none))
	case p.kind == mapping && value.IsObject():
		return wrap("map", none)
	case (p.kind == list || p.kind == set) && value.IsArray():
		shapes := resource.PropertyMap{}
		for i, element := range value.ArrayValue() {
			if p.element.kind == object && element.IsObject() {
				shapes[resource.PropertyKey(strconv.Itoa(i))] = p.element.fields.rawState(element.ObjectValue())
			}
		}
		if len(shapes) > 0 {
			none = wrap("el", resource.NewProperty(shapes))
		}
		return wrap("arr", none)
	default:
		return resource.PropertyValue{}
	}
}

func wrap(form string, description resource.PropertyValue) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{resource.PropertyKey(form): description})
}
