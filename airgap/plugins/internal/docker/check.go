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

// value checks what is inside. Unknown values pass: they are checked again when the operation is real.
func (c *checker) value(path string, p property, value resource.PropertyValue) resource.PropertyValue {
	switch {
	case p.kind == object && value.IsObject():
		return resource.NewProperty(c.inputs(path, p.fields, value.ObjectValue()))
	case value.IsArray() && (p.kind == list || p.kind == set):
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

// inputsOf fills a struct of inputs by its JSON tags. What is of another form is an error.
func inputsOf[Inputs any](properties resource.PropertyMap) (inputs Inputs, err error) {
	content, err := json.Marshal(properties.Mappable())
	if err == nil {
		err = json.Unmarshal(content, &inputs)
	}
	if err != nil {
		return inputs, fmt.Errorf("decoding inputs: %w", err)
	}
	return inputs, nil
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
