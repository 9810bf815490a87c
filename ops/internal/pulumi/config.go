package pulumi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// ParseConfig reads what pulumi config --json --show-secrets has printed, in the form that settings.Load takes: each value as Pulumi
// hands it to the program, with the project's defaults and those of its environments, and the keys of the secret ones in order.
func ParseConfig(printed []byte) (config map[string]string, secretKeys []string, err error) {
	var found map[string]struct {
		Value  string
		Secret bool
	}
	if err := json.Unmarshal(printed, &found); err != nil {
		return nil, nil, fmt.Errorf("reading what pulumi config has printed: %w", err)
	}
	config = make(map[string]string, len(found))
	for _, key := range slices.Sorted(maps.Keys(found)) {
		config[key] = found[key].Value
		if found[key].Secret {
			secretKeys = append(secretKeys, key)
		}
	}
	return config, secretKeys, nil
}
