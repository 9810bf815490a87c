package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mapping is for a value that is an object whose names are the user's own, as JSON. Each entry with a problem is told about; parse
// gets one entry.
func mapping[V any](key string, target func(*Settings) *map[string]V, parse func(name string, value json.RawMessage) (V, error)) field {
	return field{structured: true, set: func(s *Settings, text string) error {
		var given map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &given) != nil {
			return fmt.Errorf("%s: must hold names, each with a value", key)
		}
		var problems []error
		parsed := make(map[string]V, len(given))
		for _, name := range slices.Sorted(maps.Keys(given)) {
			value, err := parse(name, given[name])
			if err != nil {
				problems = append(problems, fmt.Errorf("%s.%s: %w", key, name, err))
			}
			parsed[name] = value
		}
		*target(s) = nil
		if len(parsed) > 0 {
			*target(s) = parsed
		}
		return errors.Join(problems...)
	}, get: func(s *Settings) string { return asJSON(*target(s), len(*target(s)), "{}") }}
}

// list is for a value that is a list, as JSON.
func list[V any](key string, target func(*Settings) *[]V, parse func(json.RawMessage) (V, error)) field {
	return field{structured: true, set: func(s *Settings, text string) error {
		var given []json.RawMessage
		if json.Unmarshal([]byte(text), &given) != nil {
			return fmt.Errorf("%s: must be a list", key)
		}
		var problems []error
		*target(s) = nil
		for i, element := range given {
			value, err := parse(element)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s[%d]: %w", key, i, err))
			}
			*target(s) = append(*target(s), value)
		}
		return errors.Join(problems...)
	}, get: func(s *Settings) string { return asJSON(*target(s), len(*target(s)), "[]") }}
}

// asJSON is a value that was read from JSON, so that it can be written.
func asJSON(value any, elements int, empty string) string {
	content, err := json.Marshal(value)
	if err != nil || elements == 0 {
		return empty
	}
	return string(content)
}

// strictly reads an object that has the fields of target and no others, and tells whether it is one.
func strictly(raw json.RawMessage, target any) bool {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	return raw[0] == '{' && decoder.Decode(target) == nil
}
