package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3" // Pulumi's own parser: what it takes for a number, this must not take for text
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
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, nil, err // the parser names the line
	}
	return handed(file.Config)
}

// handed is a configuration as Pulumi hands it to a program.
func handed(values map[string]any) (config map[string]string, secretKeys []string, err error) {
	config = make(map[string]string, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value, encrypted := withoutEnvelopes(values[key])
		if encrypted {
			secretKeys = append(secretKeys, key)
		}
		// Of a key on its own Pulumi hands on the text, so that Load cannot tell 1.10 from "1.1".
		if _, name, _ := strings.Cut(key, ":"); fields()[name].literal && value != nil && !isText(value) {
			return nil, nil, fmt.Errorf("%s: %v: %s", key, value, quoteIt)
		}
		if config[key], err = pulumiText(value); err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", key, err)
		}
	}
	return config, secretKeys, nil
}

func isText(value any) bool {
	_, text := value.(string)
	return text
}

// pulumiText is how Pulumi hands a value to a program: text as it is, everything else as JSON, nothing as empty text.
func pulumiText(value any) (string, error) {
	switch known := value.(type) {
	case nil:
		return "", nil
	case string:
		return known, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// withoutEnvelopes takes encrypted values out of the object with the one key "secure" by which Pulumi marks them, and tells
// whether there was any. A time is the text that Pulumi makes of it.
func withoutEnvelopes(value any) (bare any, encrypted bool) {
	switch known := value.(type) {
	case time.Time:
		return known.String(), false
	case map[string]any:
		if ciphertext, marked := known["secure"].(string); marked && len(known) == 1 {
			return ciphertext, true
		}
		bareObject := make(map[string]any, len(known))
		for key, element := range known {
			inner, found := withoutEnvelopes(element)
			bareObject[key], encrypted = inner, encrypted || found
		}
		return bareObject, encrypted
	}
	return value, false
}
