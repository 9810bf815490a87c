package plugin

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestCodecAgreesWithTheSDK(t *testing.T) {
	t.Parallel()
	options := sdk.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}
	unknown := func(element any) resource.PropertyValue {
		return resource.MakeComputed(resource.NewPropertyValue(element))
	}
	tests := map[string]resource.PropertyMap{
		"nothing":  {},
		"scalars":  {"text": resource.NewProperty("a"), "number": resource.NewProperty(1.5), "bool": resource.NewProperty(true), "null": resource.NewNullProperty()},
		"nested":   {"list": resource.NewPropertyValue([]any{"a", map[string]any{"b": []any{1.0}}}), "empty": resource.NewPropertyValue([]any{})},
		"unknowns": {"text": unknown(""), "number": unknown(0.0), "bool": unknown(false), "list": unknown([]any{}), "object": unknown(map[string]any{})},
		"secrets":  {"key": resource.MakeSecret(resource.NewPropertyValue(map[string]any{"a": "b"})), "unknown": resource.MakeSecret(unknown(""))},
	}
	for name, properties := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expected, err := sdk.MarshalProperties(properties, options)
			require.NoError(t, err)
			encoded, err := Encode(properties)
			require.NoError(t, err)
			assert.Truef(t, proto.Equal(expected, encoded), "expected %v, got %v", expected, encoded)
			decoded, err := Decode(expected)
			require.NoError(t, err)
			assert.Equal(t, properties, decoded)
		})
	}
}

func TestOutputValuesBecomeWhatTheyHold(t *testing.T) {
	t.Parallel()
	output := func(fields map[string]any) *structpb.Struct {
		fields[resource.SigKey] = resource.OutputValueSig
		encoded, err := structpb.NewStruct(map[string]any{"output": fields})
		require.NoError(t, err)
		return encoded
	}
	tests := map[string]struct {
		wire     *structpb.Struct
		expected resource.PropertyValue
	}{
		"known":          {output(map[string]any{"value": "a"}), resource.NewProperty("a")},
		"unknown":        {output(map[string]any{}), Unknown()},
		"known secret":   {output(map[string]any{"value": "a", "secret": true}), resource.MakeSecret(resource.NewProperty("a"))},
		"unknown secret": {output(map[string]any{"secret": true}), resource.MakeSecret(Unknown())},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decoded, err := Decode(test.wire)
			require.NoError(t, err)
			assert.Equal(t, test.expected, decoded["output"])
		})
	}
}

func TestDecodeRefusesFilesByName(t *testing.T) {
	t.Parallel()
	wire, err := structpb.NewStruct(map[string]any{"uploads": []any{map[string]any{resource.SigKey: resource.AssetSig}}})
	require.NoError(t, err)
	_, err = Decode(wire)
	require.ErrorContains(t, err, "decoding property uploads: element 0")
	require.ErrorContains(t, err, "not supported")
}

func TestEncodeRefusesBytesThatAreNoText(t *testing.T) {
	t.Parallel()
	_, err := Encode(resource.PropertyMap{"text": resource.NewProperty("\xff")})
	require.ErrorContains(t, err, "encoding property text")
}
