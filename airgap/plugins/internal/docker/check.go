package docker

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// defaultsKey is where the official plugin notes which inputs it filled in.
const defaultsKey = "__defaults"

// A checker collects everything that is wrong with some inputs, so that the user sees all of it at once.
type checker struct{ failures []*pulumirpc.CheckFailure }

// fail notes a failure of the input at path. The reason goes on where the path ends: "is required".
func (c *checker) fail(path, reason string, arguments ...any) {
	c.failures = append(c.failures, &pulumirpc.CheckFailure{
		Property: path, Reason: path + " " + fmt.Sprintf(reason, arguments...),
	})
}

// inputs returns the inputs with the schema's defaults filled in. Absent and null mean the same.
func (c *checker) inputs(path string, s schema, given resource.PropertyMap) resource.PropertyMap {
	checked := resource.PropertyMap{}
	for _, key := range given.StableKeys() {
		if key == defaultsKey || given[key].IsNull() {
			continue
		}
		property, known := s[string(key)]
		if !known || property.unknown {
			c.fail(join(path, string(key)), "is not known to %s: leave it out, or use a machine that can download the official plugin", closed)
			continue
		}
		checked[key] = c.value(join(path, string(key)), property, given[key])
	}
	defaults := []resource.PropertyValue{}
	for _, name := range s.names(func(property) bool { return true }) {
		key, property := resource.PropertyKey(name), s[name]
		switch {
		case checked.HasValue(key) && property.fixed && !checked[key].DeepEquals(resource.NewPropertyValue(property.standard)):
			c.fail(join(path, name), "can only be %v in %s", property.standard, closed)
		case checked.HasValue(key):
		case property.standard != nil:
			checked[key] = resource.NewPropertyValue(property.standard)
			defaults = append(defaults, resource.NewProperty(name))
		case property.required:
			c.fail(join(path, name), "is required")
		}
	}
	checked[defaultsKey] = resource.NewProperty(defaults)
	return checked
}

// value checks the type. Unknown values pass: they are checked again when the operation is real.
func (c *checker) value(path string, p property, value resource.PropertyValue) resource.PropertyValue {
	if value.IsComputed() || value.IsOutput() {
		return value
	}
	switch p.kind {
	case text:
		c.expect(path, value.IsString(), "a string", value)
	case number:
		c.expect(path, value.IsNumber(), "a number", value)
	case boolean:
		c.expect(path, value.IsBool(), "true or false", value)
	case mapping:
		if c.expect(path, value.IsObject(), "a map of strings", value) {
			for name, element := range value.ObjectValue() {
				c.value(join(path, string(name)), property{kind: text}, element)
			}
		}
	case object:
		if c.expect(path, value.IsObject(), "an object", value) {
			return resource.NewProperty(c.inputs(path, p.fields, value.ObjectValue()))
		}
	case list, set:
		if c.expect(path, value.IsArray(), "a list", value) {
			elements := slices.Clone(value.ArrayValue())
			for i, element := range elements {
				elements[i] = c.value(fmt.Sprintf("%s[%d]", path, i), *p.element, element)
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

// decode fills a struct from properties by its JSON tags.
func decode(properties resource.PropertyMap, target any) error {
	content, err := json.Marshal(properties.Mappable())
	if err == nil {
		err = json.Unmarshal(content, target)
	}
	if err != nil {
		return fmt.Errorf("decoding inputs: %w", err)
	}
	return nil
}

// encode makes properties of what JSON can write.
func encode(source map[string]any) (resource.PropertyMap, error) {
	content, err := json.Marshal(source)
	plain := map[string]any{}
	if err == nil {
		err = json.Unmarshal(content, &plain)
	}
	if err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	return resource.NewPropertyMapFromMap(plain), nil
}
