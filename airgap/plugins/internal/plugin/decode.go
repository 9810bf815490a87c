package plugin

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/types/known/structpb"
)

// unknowns are the strings that stand on the wire for a value that is not
// known yet, and what kind of value it will be (sdk/go/common/resource/plugin,
// rpc.go). The SDK has the codec too, but linked with all the rest of that
// package it costs every start of a plugin some 40 ms.
var unknowns = map[string]resource.PropertyValue{
	unknownString:                          resource.NewProperty(""),
	"1c4a061d-8072-4f0a-a4cb-0ff528b18fe7": resource.NewProperty(false),
	"3eeb2bf0-c639-47a8-9e75-3b44932eb421": resource.NewProperty(0.0),
	"6a19a0b0-7e62-4c92-b797-7f8e31da9cc2": resource.NewProperty([]resource.PropertyValue{}),
	"dd056dcd-154b-4c76-9bd3-c8f88648b5ff": resource.NewProperty(resource.PropertyMap{}),
}

const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// Unknown is the value of an output that only the real operation can tell.
func Unknown() resource.PropertyValue {
	return resource.MakeComputed(resource.NewProperty(""))
}

// Decode turns properties from the wire into a property map, in which
// unknowns are Computed values and secrets are Secret values. A nil struct is
// an empty map. Files (assets and archives) and references to resources are
// refused: no type of these plugins has such an input.
func Decode(properties *structpb.Struct) (resource.PropertyMap, error) {
	decoded := resource.PropertyMap{}
	for name, value := range properties.GetFields() {
		property, err := decodeValue(value)
		if err != nil {
			return nil, fmt.Errorf("decoding property %s: %w", name, err)
		}
		decoded[resource.PropertyKey(name)] = property
	}
	return decoded, nil
}

func decodeValue(value *structpb.Value) (resource.PropertyValue, error) {
	switch kind := value.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return resource.NewProperty(kind.BoolValue), nil
	case *structpb.Value_NumberValue:
		return resource.NewProperty(kind.NumberValue), nil
	case *structpb.Value_StringValue:
		if element, unknown := unknowns[kind.StringValue]; unknown {
			return resource.MakeComputed(element), nil
		}
		return resource.NewProperty(kind.StringValue), nil
	case *structpb.Value_ListValue:
		elements := make([]resource.PropertyValue, len(kind.ListValue.GetValues()))
		for i, element := range kind.ListValue.GetValues() {
			decoded, err := decodeValue(element)
			if err != nil {
				return decoded, fmt.Errorf("element %d: %w", i, err)
			}
			elements[i] = decoded
		}
		return resource.NewProperty(elements), nil
	case *structpb.Value_StructValue:
		return decodeObject(kind.StructValue)
	default:
		return resource.NewNullProperty(), nil
	}
}

// decodeObject also recognises what the wire has no value of its own for: an
// object with a signature.
func decodeObject(object *structpb.Struct) (resource.PropertyValue, error) {
	switch signature := object.GetFields()[resource.SigKey].GetStringValue(); signature {
	case "":
		decoded, err := Decode(object)
		return resource.NewProperty(decoded), err
	case resource.SecretSig:
		value, err := decodeValue(object.GetFields()["value"])
		return resource.MakeSecret(value), err
	case resource.OutputValueSig:
		return decodeOutput(object)
	default:
		return resource.PropertyValue{}, fmt.Errorf("a value of the kind %s (a file or a reference to a resource) is not supported", signature)
	}
}

// decodeOutput reads a value that comes with its dependencies, which only the
// engine needs.
func decodeOutput(object *structpb.Struct) (resource.PropertyValue, error) {
	value := Unknown()
	if known, ok := object.GetFields()["value"]; ok {
		decoded, err := decodeValue(known)
		if err != nil {
			return decoded, err
		}
		value = decoded
	}
	if object.GetFields()["secret"].GetBoolValue() {
		value = resource.MakeSecret(value)
	}
	return value, nil
}
