package docker

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// defaultsKey is where the official plugin notes which inputs it filled in.
const defaultsKey = "__defaults"

// A checker collects everything that is wrong with some inputs, so that the
// user sees all of it at once.
type checker struct {
	failures []*pulumirpc.CheckFailure
}

// fail notes a failure of the input at path. The reason goes on where the path ends: "is required".
func (c *checker) fail(path, reason string, arguments ...any) {
	c.failures = append(c.failures, &pulumirpc.CheckFailure{
		Property: path, Reason: fmt.Sprintf("%s %s", path, fmt.Sprintf(reason, arguments...)),
	})
}

// inputs returns the inputs with the schema's defaults filled in. Absent and
// null mean the same.
func (c *checker) inputs(path string, schema schema, given resource.PropertyMap) resource.PropertyMap {
	checked := resource.PropertyMap{}
	for _, key := range given.StableKeys() {
		if key == defaultsKey || given[key].IsNull() {
			continue
		}
		if value, ok := c.input(join(path, string(key)), schema, string(key), given[key]); ok {
			checked[key] = value
		}
	}
	defaults := []resource.PropertyValue{}
	if generated(given) {
		defaults = append(defaults, resource.NewProperty("name"))
	}
	for _, name := range schema.names(func(p property) bool { return p.standard != nil }) {
		if !checked.HasValue(resource.PropertyKey(name)) {
			checked[resource.PropertyKey(name)] = resource.NewPropertyValue(schema[name].standard)
			defaults = append(defaults, resource.NewProperty(name))
		}
	}
	for _, name := range schema.names(func(p property) bool { return p.required }) {
		if !checked.HasValue(resource.PropertyKey(name)) {
			c.fail(join(path, name), "is required")
		}
	}
	slices.SortFunc(defaults, compareStrings)
	checked[defaultsKey] = resource.NewProperty(defaults)
	return checked
}

// input checks one input by name; ok is false for an input that must not be there.
func (c *checker) input(path string, schema schema, name string, value resource.PropertyValue) (resource.PropertyValue, bool) {
	property, known := schema[name]
	switch {
	case !known:
		c.fail(path, "is not a property that this plugin knows")
	case property.output:
		c.fail(path, "is computed by Docker and cannot be set")
	case property.refused:
		c.fail(path, "is not supported by the stand-in for air-gapped machines; "+
			"leave it out, or use a machine that can download the official docker plugin")
	default:
		return c.value(path, property, value), true
	}
	return value, false
}

// value checks the type. Unknown values pass: they are checked again when the
// operation is real.
func (c *checker) value(path string, property property, value resource.PropertyValue) resource.PropertyValue {
	if value.IsComputed() || value.IsOutput() {
		return value
	}
	switch property.kind {
	case text:
		c.expect(path, value.IsString(), "a string", value)
	case number:
		c.expect(path, value.IsNumber(), "a number", value)
	case boolean:
		c.expect(path, value.IsBool(), "true or false", value)
	case mapping:
		if c.expect(path, value.IsObject(), "a map of strings", value) {
			for name, element := range value.ObjectValue() {
				c.value(join(path, string(name)), textOf(), element)
			}
		}
	case object:
		if c.expect(path, value.IsObject(), "an object", value) {
			return resource.NewProperty(c.inputs(path, property.fields, value.ObjectValue()))
		}
	case list, set:
		if c.expect(path, value.IsArray(), "a list", value) {
			elements := slices.Clone(value.ArrayValue())
			for i, element := range elements {
				elements[i] = c.value(fmt.Sprintf("%s[%d]", path, i), *property.element, element)
			}
			return resource.NewProperty(elements)
		}
	}
	return value
}

// expect does not print the value, which may be a secret.
func (c *checker) expect(path string, ok bool, form string, value resource.PropertyValue) bool {
	if !ok {
		c.fail(path, "must be %s, not a value of type %s", form, value.TypeString())
	}
	return ok
}

// join extends a property path as the engine writes it: "build.args".
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
