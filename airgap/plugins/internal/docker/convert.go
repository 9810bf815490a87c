package docker

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// decode fills a struct from properties by its JSON tags.
func decode(properties resource.PropertyMap, target any) error {
	content, err := json.Marshal(properties.Mappable())
	if err != nil {
		return fmt.Errorf("decoding inputs: %w", err)
	}
	if err := json.Unmarshal(content, target); err != nil {
		return fmt.Errorf("decoding inputs: %w", err)
	}
	return nil
}

// encode makes properties of a struct by its JSON tags.
func encode(source any) (resource.PropertyMap, error) {
	content, err := json.Marshal(source)
	if err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(content, &plain); err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	return resource.NewPropertyMapFromMap(plain), nil
}
