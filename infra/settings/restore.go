package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Restore returns the content of a stack file changed so that it deploys an image that exists (image.ref) with the settings of the
// backend that an earlier release had (Values). Everything else is as the stack file has it today: cluster, registry and
// credentials. So are values of the backend that it holds encrypted. Keys that are not known any more are left out and returned.
func Restore(stackFile []byte, project, image string, backend map[string]string) (content []byte, unknown []string, err error) {
	file := map[string]any{}
	if err := yaml.Unmarshal(stackFile, &file); err != nil {
		return nil, nil, fmt.Errorf("reading the stack file: %w", err)
	}
	config, _ := file["config"].(map[string]any)
	if config == nil {
		config = map[string]any{}
	}
	const group = "backend"
	restored := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(backend)) {
		known, found := fields()[group+"."+name]
		switch {
		case !found:
			unknown = append(unknown, group+"."+name)
		case known.structured:
			if restored[name], err = structure(backend[name]); err != nil {
				return nil, nil, fmt.Errorf("%s.%s of the release: %w", group, name, err)
			}
		default:
			restored[name] = backend[name]
		}
	}
	today, _ := config[project+":"+group].(map[string]any)
	for name, value := range today {
		if _, encrypted := withoutEnvelopes(value); encrypted {
			restored[name] = value
		}
	}
	for key, value := range config {
		name, single := strings.CutPrefix(key, project+":"+group+".")
		if _, encrypted := withoutEnvelopes(value); single && !encrypted {
			delete(config, key)
		} else if single {
			delete(restored, name)
		}
	}
	config[project+":"+group], config[project+":image.ref"] = restored, image
	file["config"] = config
	if content, err = yaml.Marshal(file); err != nil {
		return nil, nil, fmt.Errorf("writing the stack file: %w", err)
	}
	return content, unknown, nil
}

// structure is an object or a list as a stack file has it: Pulumi refuses the text of one. JSON is YAML.
func structure(text string) (value any, err error) {
	err = yaml.Unmarshal([]byte(text), &value)
	return value, err
}
