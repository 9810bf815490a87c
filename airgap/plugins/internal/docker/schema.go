package docker

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
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

// A property is what Check, Diff and the state need to know about an input or output, in the words of Terraform's schemas
// (ForceNew: replaces). The zero property is an optional string.
type property struct {
	kind     kind
	element  *property // of a list or set
	fields   schema    // of an object
	standard any       // the default, which Check fills in; nil for none
	required bool      // Check fails without it
	replaces bool      // a change needs a new resource
	computed bool      // the engine chooses a value when none is given
	kept     bool      // none given means whatever the image says (DiffSuppressFunc)
	fixed    bool      // an input of the official plugin that has its default here
	unknown  bool      // an input or output of the official plugin that is no input here
	state    string    // the name in Terraform's state, where it is not the snake case of ours
}

// A schema has the properties of a resource or of an object in it.
type schema map[string]property

// schemaOf reads a struct of inputs: the tag json has the name of a property, the tag tf the rules for it.
func schemaOf(form reflect.Type) schema {
	properties := schema{}
	for i := range form.NumField() {
		field := form.Field(i)
		properties[field.Tag.Get("json")] = propertyOf(field.Type).with(field.Tag.Get("tf"))
	}
	return properties
}

// plain are the kinds of properties by those of the fields that have nothing inside; all others are numbers.
var plain = map[reflect.Kind]kind{reflect.String: text, reflect.Bool: boolean, reflect.Map: mapping}

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

// with applies rules such as "set replaces as=env default=no".
func (p property) with(rules string) property {
	for rule := range strings.FieldsSeq(rules) {
		name, value, _ := strings.Cut(rule, "=")
		switch name {
		case "set":
			p.kind = set
		case "text":
			p.kind = text
		case "required":
			p.required = true
		case "replaces":
			p.replaces = true
		case "computed":
			p.computed = true
		case "kept":
			p.kept = true
		case "unknown":
			p.unknown = true
		case "as":
			p.state = value
		case "fixed", "default":
			p.fixed, p.standard = name == "fixed", p.parse(value)
		default:
			panic("no such rule for a property: " + rule) // a tag in this package is wrong
		}
	}
	return p
}

// parse turns a default into a value of the property's kind. What it cannot read is a zero.
func (p property) parse(value string) any {
	if p.kind == boolean {
		return value == "true"
	}
	if p.kind == number {
		parsed, _ := strconv.ParseFloat(value, 64)
		return parsed
	}
	return value
}

// and adds properties that are no inputs here: names, each with "=" and the name in Terraform's state where that is not its
// snake case, and what they have in common.
func (s schema) and(names string, form property) schema {
	for name := range strings.FieldsSeq(names) {
		name, form.state, _ = strings.Cut(name, "=")
		form.unknown = form.standard == nil
		form.fixed = form.standard != nil
		s[name] = form
	}
	return s
}

// block says that a property is a nested block in Terraform's terms. An absent block is an empty list in the state, an
// absent attribute is null.
func (p property) block() bool { return (p.kind == list || p.kind == set) && p.element.kind == object }

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
