package pulumi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Config asks Pulumi for the configuration that it hands to the program, in the form that settings.Load takes: each value merged with the
// project's defaults and those of its environments, and decrypted, and the keys of the secret ones in order.
func (c *CommandLine) Config(ctx context.Context) (config map[string]string, secretKeys []string, err error) {
	var printed bytes.Buffer
	err = c.run(ctx, c.Root, &printed, "config", "--json", "--show-secrets", "--stack", c.Name, "--config-file", c.ConfigFile)
	if err != nil {
		return nil, nil, err
	}
	return parseConfig(printed.Bytes())
}

// parseConfig reads what pulumi config --json --show-secrets has printed.
func parseConfig(printed []byte) (config map[string]string, secretKeys []string, err error) {
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
