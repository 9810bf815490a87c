package docker

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/plugin"
)

// planned is the state that a preview expects: what the inputs say, and what
// known has of the rest (the state of an update, nil for a new resource). What
// Docker will choose is unknown.
func (s schema) planned(inputs, known resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{}
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
	state["id"] = plugin.Unknown()
	if id, ok := known["id"]; ok {
		state["id"] = id
	}
	return state
}

// created is the state after an operation: what the inputs say, and what
// Docker says of the rest.
func (s schema) created(id string, inputs, live resource.PropertyMap) resource.PropertyMap {
	state := resource.PropertyMap{"id": resource.NewProperty(id)}
	for name, property := range s {
		key := resource.PropertyKey(name)
		switch {
		case inputs.HasValue(key) && property.agrees(inputs[key], live[key]):
			state[key] = live[key] // with what Docker chose, such as a free port
		case inputs.HasValue(key):
			state[key] = property.completed(inputs[key])
		case live.HasValue(key) && (property.computed || !emptyCollection(live[key])):
			state[key] = live[key]
		case property.computed && (property.kind == list || property.kind == set):
			state[key] = resource.NewProperty([]resource.PropertyValue{})
		default:
			state[key] = property.absent()
		}
	}
	return state
}

// emptyCollection is what Docker says of a collection that nobody has set.
func emptyCollection(v resource.PropertyValue) bool {
	return v.IsArray() && len(v.ArrayValue()) == 0 || v.IsObject() && len(v.ObjectValue()) == 0
}
