package plugin

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/types/known/structpb"
)

// Encode is the inverse of Decode.
func Encode(properties resource.PropertyMap) (*structpb.Struct, error) {
	encoded := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for name, property := range properties {
		value, err := encodeValue(property)
		if err != nil {
			return nil, fmt.Errorf("encoding property %s: %w", name, err)
		}
		encoded.Fields[string(name)] = value
	}
	return encoded, nil
}

func encodeValue(property resource.PropertyValue) (*structpb.Value, error) {
	switch {
	case property.IsNull():
		return structpb.NewNullValue(), nil
	case property.IsBool():
		return structpb.NewBoolValue(property.BoolValue()), nil
	case property.IsNumber():
		return structpb.NewNumberValue(property.NumberValue()), nil
	case property.IsString():
		if !utf8.ValidString(property.StringValue()) {
			return nil, errors.New("a string that is not UTF-8 cannot be sent to the engine")
		}
		return structpb.NewStringValue(property.StringValue()), nil
	case property.IsComputed():
		return structpb.NewStringValue(sentinel(property.Input().Element)), nil
	case property.IsSecret():
		return encodeSigned(resource.SecretSig, property.SecretValue().Element)
	case property.IsArray():
		list := &structpb.ListValue{}
		for _, element := range property.ArrayValue() {
			value, err := encodeValue(element)
			if err != nil {
				return nil, err
			}
			list.Values = append(list.Values, value)
		}
		return structpb.NewListValue(list), nil
	case property.IsObject():
		object, err := Encode(property.ObjectValue())
		return structpb.NewStructValue(object), err
	default:
		return nil, fmt.Errorf("a value of type %s is not supported", property.TypeString())
	}
}

func encodeSigned(signature string, element resource.PropertyValue) (*structpb.Value, error) {
	value, err := encodeValue(element)
	if err != nil {
		return nil, err
	}
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		resource.SigKey: structpb.NewStringValue(signature), "value": value,
	}}), nil
}

// sentinel is the string on the wire for an unknown value of an element's kind.
func sentinel(element resource.PropertyValue) string {
	for name, kind := range unknowns {
		if kind.TypeString() == element.TypeString() {
			return name
		}
	}
	return unknownString
}
