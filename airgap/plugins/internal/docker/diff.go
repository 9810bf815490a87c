package docker

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// diffInputs compares the inputs that the resource was made from with those
// that the program asks for now.
func (s schema) diffInputs(olds, news resource.PropertyMap) *pulumirpc.DiffResponse {
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true}
	for _, name := range s.names(func(p property) bool { return !p.output }) {
		key, property := resource.PropertyKey(name), s[name]
		changes := difference{}
		changes.value(name, property, olds[key], news[key])
		if len(changes) == 0 {
			if property.replaces {
				response.Stables = append(response.Stables, name)
			}
			continue
		}
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		response.Diffs = append(response.Diffs, name)
		if property.replaces {
			response.Replaces = append(response.Replaces, name)
			changes.replace()
		}
		if response.DetailedDiff == nil {
			response.DetailedDiff = map[string]*pulumirpc.PropertyDiff{}
		}
		maps.Copy(response.DetailedDiff, changes)
	}
	// Docker's names are unique: the old one must go first, unless the
	// replacement gets another name.
	response.DeleteBeforeReplace = len(response.Replaces) > 0 && !generated(news) && olds["name"].DeepEquals(news["name"])
	return response
}

// A difference has the kind of change by property path.
type difference map[string]*pulumirpc.PropertyDiff

func (d difference) add(path string, kind pulumirpc.PropertyDiff_Kind) {
	d[path] = &pulumirpc.PropertyDiff{Kind: kind}
}

// replace turns every change into the one that replaces the resource.
func (d difference) replace() {
	replacing := map[pulumirpc.PropertyDiff_Kind]pulumirpc.PropertyDiff_Kind{
		pulumirpc.PropertyDiff_ADD:    pulumirpc.PropertyDiff_ADD_REPLACE,
		pulumirpc.PropertyDiff_DELETE: pulumirpc.PropertyDiff_DELETE_REPLACE,
		pulumirpc.PropertyDiff_UPDATE: pulumirpc.PropertyDiff_UPDATE_REPLACE,
	}
	for _, change := range d {
		change.Kind = replacing[change.Kind]
	}
}

// value notes how a value has changed, as deep inside it as possible: paths
// decide what the engine shows, and its ignoreChanges match them.
func (d difference) value(path string, property property, before, after resource.PropertyValue) {
	switch {
	case equal(before, after):
	case empty(before):
		d.add(path, pulumirpc.PropertyDiff_ADD)
	case empty(after):
		d.add(path, pulumirpc.PropertyDiff_DELETE)
	case property.kind == set && before.IsArray() && after.IsArray():
		d.set(path, before.ArrayValue(), after.ArrayValue())
	case property.kind == list && before.IsArray() && after.IsArray():
		d.list(path, *property.element, before.ArrayValue(), after.ArrayValue())
	case before.IsObject() && after.IsObject():
		d.object(path, property.fields, before.ObjectValue(), after.ObjectValue())
	default:
		d.add(path, pulumirpc.PropertyDiff_UPDATE)
	}
}

func (d difference) object(path string, fields schema, before, after resource.PropertyMap) {
	keys := slices.Concat(before.StableKeys(), after.StableKeys())
	for _, key := range keys {
		if key != defaultsKey {
			d.value(join(path, string(key)), fields[string(key)], before[key], after[key])
		}
	}
}

// list compares by position: the order of arguments and ports has a meaning.
func (d difference) list(path string, element property, before, after []resource.PropertyValue) {
	for i := range max(len(before), len(after)) {
		var old, new resource.PropertyValue
		if i < len(before) {
			old = before[i]
		}
		if i < len(after) {
			new = after[i]
		}
		d.value(fmt.Sprintf("%s[%d]", path, i), element, old, new)
	}
}

// set ignores the order. An element that disappeared is named by its old
// index, one that appeared by its new one; both at one index are an update.
func (d difference) set(path string, before, after []resource.PropertyValue) {
	for i, element := range before {
		if !contains(after, element) {
			d.add(fmt.Sprintf("%s[%d]", path, i), pulumirpc.PropertyDiff_DELETE)
		}
	}
	for i, element := range after {
		if contains(before, element) {
			continue
		}
		kind := pulumirpc.PropertyDiff_ADD
		if _, removed := d[fmt.Sprintf("%s[%d]", path, i)]; removed {
			kind = pulumirpc.PropertyDiff_UPDATE
		}
		d.add(fmt.Sprintf("%s[%d]", path, i), kind)
	}
}

func contains(elements []resource.PropertyValue, element resource.PropertyValue) bool {
	return slices.ContainsFunc(elements, func(other resource.PropertyValue) bool { return equal(other, element) })
}

// equal compares values apart from the note about defaults: a value is the
// same whether the user or the plugin has given it.
func equal(a, b resource.PropertyValue) bool {
	return withoutDefaults(a).DeepEquals(withoutDefaults(b)) || empty(a) && empty(b)
}

// empty says that a value means the same as none.
func empty(v resource.PropertyValue) bool {
	return v.IsNull() || v.IsArray() && len(v.ArrayValue()) == 0
}

// withoutDefaults drops the notes about defaults at every level.
func withoutDefaults(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsObject():
		plain := resource.PropertyMap{}
		for key, value := range v.ObjectValue() {
			if key != defaultsKey {
				plain[key] = withoutDefaults(value)
			}
		}
		return resource.NewProperty(plain)
	case v.IsArray():
		plain := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, value := range v.ArrayValue() {
			plain[i] = withoutDefaults(value)
		}
		return resource.NewProperty(plain)
	default:
		return v
	}
}
