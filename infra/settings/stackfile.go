package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"sigs.k8s.io/yaml"
)

// ReadStackFile reads the configuration in a stack file (Pulumi.<stack>.yaml) in the form that Load takes: the groups by full
// key, and the full keys of those that hold encrypted values, in order. The ciphertext stands for such a value. It serves
// those who must know a stack's settings where no Pulumi engine runs.
func ReadStackFile(path string) (config map[string]string, secretKeys []string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading stack file: %w", err)
	}
	if config, secretKeys, err = ParseStackFile(content); err != nil {
		return nil, nil, fmt.Errorf("reading stack file %s: %w", path, err)
	}
	return config, secretKeys, nil
}

// ParseStackFile is ReadStackFile for the content of a file.
func ParseStackFile(content []byte) (config map[string]string, secretKeys []string, err error) {
	var file struct {
		Config map[string]any `json:"config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, nil, err // the parser names the line
	}
	config = make(map[string]string, len(file.Config))
	for _, key := range slices.Sorted(maps.Keys(file.Config)) {
		value, encrypted := withoutEnvelopes(file.Config[key])
		if encrypted {
			secretKeys = append(secretKeys, key)
		}
		if config[key], err = pulumiText(value); err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", key, err)
		}
	}
	return config, secretKeys, nil
}

// pulumiText is how Pulumi hands a value to a program: text as it is, everything else as JSON.
func pulumiText(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// withoutEnvelopes takes encrypted values out of the object with the one key "secure" by which Pulumi marks them, and tells
// whether there was any.
func withoutEnvelopes(value any) (bare any, encrypted bool) {
	object, ok := value.(map[string]any)
	if !ok {
		return value, false
	}
	if ciphertext, marked := object["secure"].(string); marked && len(object) == 1 {
		return ciphertext, true
	}
	bareObject := make(map[string]any, len(object))
	for key, element := range object {
		inner, found := withoutEnvelopes(element)
		bareObject[key], encrypted = inner, encrypted || found
	}
	return bareObject, encrypted
}
