package docker

import (
	"maps"
	"slices"
)

// A kind is the form of a property's value.
type kind int

const (
	text    kind = iota // a string
	number              // a number
	boolean             // true or false
	list                // elements of one property, in order
	set                 // like list, but the order means nothing
	mapping             // strings by name
	object              // fields of a schema
)

// A property is what Check, Diff and the state need to know about an input or
// output. The zero property is an optional string.
type property struct {
	kind     kind
	element  *property // of a list or set
	fields   schema    // of an object
	standard any       // the default, which Check fills in; nil for none
	required bool      // Check fails without it
	replaces bool      // a change needs a new resource
	computed bool      // the engine chooses a value when none is given
	output   bool      // computed, and never an input
	refused  bool      // known to the official plugin, not to this one
	state    string    // the name in Terraform's state, where it is not the snake case of ours
}

// A schema has the properties of a resource or of an object in it.
type schema map[string]property

// and returns the properties of both schemas.
func (s schema) and(other schema) schema {
	maps.Copy(s, other)
	return s
}

// block says that a property is a nested block in Terraform's terms. An absent
// block is an empty list in the state, an absent attribute is null.
func (p property) block() bool {
	return (p.kind == list || p.kind == set) && p.element.kind == object
}

// names returns the names of the properties that satisfy the condition, sorted.
func (s schema) names(condition func(property) bool) []string {
	var names []string
	for name, property := range s {
		if condition(property) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// with returns a copy of the property after the changes.
func (p property) with(changes ...func(*property)) property {
	for _, change := range changes {
		change(&p)
	}
	return p
}

// These are the changes for with, in the words of Terraform's schemas: ForceNew,
// Required, Computed.
func replaces(p *property) { p.replaces = true }
func required(p *property) { p.required = true }
func computed(p *property) { p.computed = true }
func refused(p *property)  { p.refused = true }

// output is for a property that only Docker sets.
func output(p *property) { p.output, p.computed = true, true }

// standard gives the default.
func standard(value any) func(*property) { return func(p *property) { p.standard = value } }

// renamed gives the name in Terraform's state.
func renamed(name string) func(*property) { return func(p *property) { p.state = name } }

// These make a property of each kind.
func textOf(changes ...func(*property)) property    { return property{kind: text}.with(changes...) }
func numberOf(changes ...func(*property)) property  { return property{kind: number}.with(changes...) }
func booleanOf(changes ...func(*property)) property { return property{kind: boolean}.with(changes...) }
func mappingOf(changes ...func(*property)) property { return property{kind: mapping}.with(changes...) }

func objectOf(fields schema, changes ...func(*property)) property {
	return property{kind: object, fields: fields}.with(changes...)
}

func listOf(element property, changes ...func(*property)) property {
	return property{kind: list, element: &element}.with(changes...)
}

func setOf(element property, changes ...func(*property)) property {
	return property{kind: set, element: &element}.with(changes...)
}
