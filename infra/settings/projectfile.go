package settings

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Read reads the configuration of a stack from the contents of Pulumi.yaml and of its stack file in the form that Load takes, as Pulumi
// hands it to the program: what the stack does not set has the default that the project declares. It is whole unless some of it is
// encrypted, where the ciphertext stands for the value, or comes from an environment of Pulumi ESC, where it is missing: then only
// Pulumi can tell.
func Read(projectFile, stackFile []byte) (config map[string]string, secretKeys []string, whole bool, err error) {
	var project struct {
		Name   string         `yaml:"name"`
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(projectFile, &project); err != nil {
		return nil, nil, false, fmt.Errorf("reading Pulumi.yaml: %w", err)
	}
	var stack struct {
		Config      map[string]any `yaml:"config"`
		Environment any            `yaml:"environment"`
	}
	if err := yaml.Unmarshal(stackFile, &stack); err != nil {
		return nil, nil, false, fmt.Errorf("reading the stack file: %w", err)
	}
	values := stack.Config
	if values == nil {
		values = map[string]any{}
	}
	for key, declared := range project.Config {
		merge(values, project.Name, key, declared)
	}
	if config, secretKeys, err = handed(values); err != nil {
		return nil, nil, false, fmt.Errorf("reading the stack file: %w", err)
	}
	return config, secretKeys, len(secretKeys) == 0 && stack.Environment == nil, nil
}

// merge gives a key of the project, group.name, the value that Pulumi.yaml declares for it, where the stack sets none.
func merge(values map[string]any, project, key string, declared any) {
	namespace, path, found := strings.Cut(key, ":")
	if !found {
		namespace, path = project, key
	}
	group, name, found := strings.Cut(path, ".")
	if !found {
		return
	}
	value := declared
	if declaration, ok := declared.(map[string]any); ok {
		if value = declaration["default"]; value == nil {
			value = declaration["value"]
		}
	}
	group = namespace + ":" + group
	if values[group] == nil {
		values[group] = map[string]any{}
	}
	object, ok := values[group].(map[string]any)
	if _, set := object[name]; !ok || set || value == nil {
		return
	}
	object[name] = asSet(value)
}

// asSet is a value as pulumi config set stores it, which goes for defaults as well: a text that reads as a whole number or as a boolean
// is one.
func asSet(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	if text == "true" || text == "false" {
		return text == "true"
	}
	if len(text) > 1 && text[0] == '0' {
		return text
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil {
		return number
	}
	return text
}
