package docker

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// rawStateKey and metaKey are how the official plugin translates the state
// back to Terraform's. They are written so that a stack can go on with the
// official plugin on another machine.
const (
	rawStateKey = "__pulumi_raw_state_delta"
	metaKey     = "__meta"
)

// rawState describes how a state differs in form from Terraform's: which
// values are arrays, maps or objects, which objects are lists of one element
// there ("plu"), and which names do not follow the rule.
func (s schema) rawState(state resource.PropertyMap) resource.PropertyValue {
	shapes, names := resource.PropertyMap{}, resource.PropertyMap{}
	for name, property := range s {
		key := resource.PropertyKey(name)
		if shape, ok := property.shape(state[key]); ok {
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
	return wrap("obj", description)
}

// shape describes one value; a scalar needs no description.
func (p property) shape(value resource.PropertyValue) (resource.PropertyValue, bool) {
	switch {
	case p.kind == object && value.IsObject():
		return wrap("plu", resource.PropertyMap{"i": p.fields.rawState(value.ObjectValue())}), true
	case p.kind == object:
		return wrap("plu", resource.PropertyMap{"i": resource.NewProperty(resource.PropertyMap{})}), true
	case p.kind == mapping && value.IsObject():
		return wrap("map", resource.PropertyMap{}), true
	case (p.kind == list || p.kind == set) && value.IsArray():
		return wrap("arr", p.elements(value.ArrayValue())), true
	default:
		return resource.PropertyValue{}, false
	}
}

// elements describes the objects in an array by their position.
func (p property) elements(values []resource.PropertyValue) resource.PropertyMap {
	shapes := resource.PropertyMap{}
	for i, value := range values {
		if p.element.kind == object && value.IsObject() {
			shapes[resource.PropertyKey(strconv.Itoa(i))] = p.element.fields.rawState(value.ObjectValue())
		}
	}
	if len(shapes) == 0 {
		return shapes
	}
	return resource.PropertyMap{"el": resource.NewProperty(shapes)}
}

func wrap(form string, description resource.PropertyMap) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{resource.PropertyKey(form): resource.NewProperty(description)})
}
