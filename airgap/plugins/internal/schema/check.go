package schema

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// DefaultsKey is where the official plugins note which inputs they filled in.
const DefaultsKey = "__defaults"

// Check returns the inputs with the defaults filled in, and everything that is wrong with them, so that the user sees all of
// it at once. plugin is the name of what refuses them.
func (s Schema) Check(plugin string, given resource.PropertyMap) (resource.PropertyMap, []*pulumirpc.CheckFailure) {
	check := &checker{plugin: plugin}
	return check.inputs("", s, given), check.failures
}

// A checker collects failures.
type checker struct {
	plugin   string
	failures []*pulumirpc.CheckFailure
}

// fail notes a failure of the input at path. The reason goes on where the path ends: "is required".
func (c *checker) fail(path, reason string, arguments ...any) {
	c.failures = append(c.failures, &pulumirpc.CheckFailure{
		Property: path, Reason: path + " " + fmt.Sprintf(reason, arguments...),
	})
}

// inputs returns the inputs with the schema's defaults filled in. Absent and null mean the same.
func (c *checker) inputs(path string, s Schema, given resource.PropertyMap) resource.PropertyMap {
	checked := resource.PropertyMap{}
	for _, key := range given.StableKeys() {
		if key == DefaultsKey || given[key].IsNull() {
			continue
		}
		property, known := s[string(key)]
		if !known || property.is(unknown) {
			c.fail(join(path, string(key)), "is not known to %s: leave it out, or use a machine that can download the official plugin", c.plugin)
			continue
		}
		checked[key] = c.value(join(path, string(key)), property, given[key])
	}
	for _, name := range s.names() {
		key, property, standard := resource.PropertyKey(name), s[name], s[name].defaultValue()
		switch {
		case checked.HasValue(key) && property.is(fixed) && !checked[key].DeepEquals(standard):
			c.fail(join(path, name), "can only be %v in %s", standard.V, c.plugin)
		case checked.HasValue(key):
		case !standard.IsNull():
			checked[key] = standard
		case property.is(required):
			c.fail(join(path, name), "is required")
		}
	}
	return checked
}

// value checks what is inside. Unknown values pass: they are checked again when the operation is real.
func (c *checker) value(path string, p property, value resource.PropertyValue) resource.PropertyValue {
	switch {
	case p.kind == object && value.IsObject():
		return resource.NewProperty(c.inputs(path, p.fields, value.ObjectValue()))
	case value.IsArray() && p.element != nil:
		elements := slices.Clone(value.ArrayValue())
		for i, element := range elements {
			elements[i] = c.value(fmt.Sprintf("%s[%d]", path, i), *p.element, element)
		}
		return resource.NewProperty(elements)
	default:
		return value
	}
}

// join extends a property path as the engine writes it: "build.args".
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
