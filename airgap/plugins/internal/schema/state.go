package schema

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Planned is the state that a preview expects: what the inputs say, and what the state has of the rest, which is empty for a
// new resource. What the engine will choose is unknown.
func (s Schema) Planned(state, inputs resource.PropertyMap) resource.PropertyMap {
	planned := maps.Clone(inputs)
	for name, property := range s {
		switch key := resource.PropertyKey(name); {
		case inputs.HasValue(key) || !property.is(computed):
		case state.HasValue(key):
			planned[key] = state[key]
		default:
			planned[key] = resource.MakeComputed(resource.NewProperty(""))
		}
	}
	return planned
}

// Reached is the state after an operation: what the engine tells, and what of the inputs it does not tell. As in Terraform
// (plugin SDK, normalizeNullValues), sets and objects are what was planned until a refresh.
func (s Schema) Reached(inputs, live resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{}
	maps.Copy(state, live)
	for name, property := range s {
		key := resource.PropertyKey(name)
		_, told := live[key]
		switch given := inputs.HasValue(key); {
		case given && (!told || property.kind == set || property.kind == object):
			state[key] = inputs[key]
		case !given && property.kind == set && property.element.kind == object && !property.is(computed):
			delete(state, key)
		}
	}
	return state
}

// Refreshed is the inputs as they would be for what is there now. One whose value is as it was keeps the form in which the
// user gave it.
func (s Schema) Refreshed(state, inputs resource.PropertyMap) resource.PropertyMap {
	fresh := maps.Clone(inputs)
	for key, input := range inputs {
		if property, known := s[string(key)]; known && !property.agrees(state[key], input) {
			fresh[key] = state[key]
		}
	}
	return fresh
}

// Decode fills a struct of inputs by its JSON tags. What is of another form is an error.
func Decode[Inputs any](properties resource.PropertyMap) (inputs Inputs, err error) {
	content, err := json.Marshal(properties.Mappable())
	if err == nil {
		err = json.Unmarshal(content, &inputs)
	}
	if err != nil {
		return inputs, fmt.Errorf("decoding inputs: %w", err)
	}
	return inputs, nil
}

// Encode makes properties of what JSON can write.
func Encode(source map[string]any) (resource.PropertyMap, error) {
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
