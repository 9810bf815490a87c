// Package schema keeps the rules of a Terraform provider as data, and does with them what the official plugins do by way of
// it: it checks inputs and fills in defaults, compares them with a state, and says what a state becomes. A struct of inputs
// has the rules in its tags: whether a change of a property replaces the resource, who chooses its value, what its default is.
package schema

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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

// kinds are the words for kinds in rules.
var kinds = map[string]kind{
	"text": text, "number": number, "boolean": boolean, "list": list, "set": set, "mapping": mapping, "object": object,
}

// The rules for a property, in the words of Terraform's schemas (ForceNew: replaces, DiffSuppressFunc: kept).
const (
	required  = "required" // Check fails without it
	replaces  = "replaces" // a change needs a new resource
	computed  = "computed" // the engine chooses a value when none is given
	kept      = "kept"     // none given means whatever the image says
	byDefault = "default"  // the value that Check fills in
	fixed     = "fixed"    // the same, and no other value is known here
	unknown   = "unknown"  // an input or output of the official plugin that is no input here
	of        = "of"       // the kind of the elements of a list or set that is no input here
)

// A property is what is known about an input or output. The zero property is an optional string.
type property struct {
	kind    kind
	element *property // of a list or set
	fields  Schema    // of an object
	// rules are by their names, with the value for those that have one.
	rules map[string]string
}

func (p property) is(rule string) bool {
	_, found := p.rules[rule]
	return found
}

// A Schema has the properties of a resource, or of an object in it, by their names.
type Schema map[string]property

// Of reads a struct of inputs: the tag json has the name of a property, the tag tf the rules for it, such as
// "set replaces default=no".
func Of[Inputs any]() Schema { return schemaOf(reflect.TypeFor[Inputs]()) }

func schemaOf(form reflect.Type) Schema {
	properties := Schema{}
	for i := range form.NumField() {
		field := form.Field(i)
		properties[field.Tag.Get("json")] = propertyOf(field.Type).with(field.Tag.Get("tf"))
	}
	return properties
}

// And adds properties that are no inputs here, with the same rules, among which is their kind. Those that are fixed may be
// given.
func (s Schema) And(rules, names string) Schema {
	for name := range strings.FieldsSeq(names) {
		s[name] = property{}.with(rules)
	}
	return s
}

// names returns the names of the properties, sorted.
func (s Schema) names() []string { return slices.Sorted(maps.Keys(s)) }

// plain are the kinds of fields that have nothing inside; all others but those that propertyOf takes apart are numbers.
var plain = map[reflect.Kind]kind{reflect.String: text, reflect.Bool: boolean, reflect.Map: mapping}

// propertyOf finds the kind of a property by the form of its field.
func propertyOf(form reflect.Type) property {
	if form.Kind() == reflect.Pointer {
		return propertyOf(form.Elem())
	}
	if form.Kind() == reflect.Struct {
		return property{kind: object, fields: schemaOf(form)}
	}
	if form.Kind() == reflect.Slice {
		element := propertyOf(form.Elem())
		return property{kind: list, element: &element}
	}
	if found, is := plain[form.Kind()]; is {
		return property{kind: found}
	}
	return property{kind: number}
}

func (p property) with(rules string) property {
	p.rules = map[string]string{}
	for rule := range strings.FieldsSeq(rules) {
		name, value, _ := strings.Cut(rule, "=")
		p.rules[name] = value
		if kind, found := kinds[name]; found {
			p.kind = kind
		}
	}
	if p.is(of) {
		p.element = &property{kind: kinds[p.rules[of]]}
	}
	return p
}

// defaultValue returns the default, or null.
func (p property) defaultValue() resource.PropertyValue {
	value, found := p.rules[byDefault]
	if p.is(fixed) {
		value, found = p.rules[fixed], true
	}
	switch {
	case !found:
		return resource.NewNullProperty()
	case p.kind == boolean:
		return resource.NewProperty(value == "true")
	case p.kind == number:
		parsed, _ := strconv.ParseFloat(value, 64) // a tag in this module
		return resource.NewProperty(parsed)
	default:
		return resource.NewProperty(value)
	}
}
