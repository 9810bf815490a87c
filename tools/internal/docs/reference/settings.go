package reference

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// declaration is a key of the project file.
type declaration struct {
	Type        string    `yaml:"type"`
	Default     yaml.Node `yaml:"default"`
	Description string    `yaml:"description"`
}

// written is the default as one line of YAML in backticks; nothing where it is an empty text.
func (d declaration) written() (string, error) {
	if d.Default.Kind == yaml.ScalarNode || d.Default.IsZero() {
		if d.Default.Value == "" {
			return "", nil
		}
		return "`" + d.Default.Value + "`", nil
	}
	d.Default.Style = yaml.FlowStyle
	text, err := yaml.Marshal(&d.Default)
	return "`" + strings.TrimSpace(string(text)) + "`", err
}

// Settings are the keys that a project file declares, in its order, as one table for each group: backend, cluster and so on.
func Settings(project []byte) (string, error) {
	var file struct {
		Config yaml.Node `yaml:"config"`
	}
	if err := yaml.Unmarshal(project, &file); err != nil {
		return "", fmt.Errorf("reading the project file: %w", err)
	}
	var text bytes.Buffer
	last := ""
	for i := 0; i+1 < len(file.Config.Content); i += 2 {
		key := file.Config.Content[i].Value
		var declared declaration
		if err := file.Config.Content[i+1].Decode(&declared); err != nil {
			return "", fmt.Errorf("reading the key %s of the project file: %w", key, err)
		}
		group, _, _ := strings.Cut(key, ".")
		if group != last {
			fmt.Fprintf(&text, "\n## %s\n\n| key | type | default | what it is |\n| --- | --- | --- | --- |\n", group)
			last = group
		}
		standard, err := declared.written()
		if err != nil {
			return "", fmt.Errorf("reading the default of %s: %w", key, err)
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", key, declared.Type, standard, strings.ReplaceAll(declared.Description, "|", `\|`))
	}
	return text.String(), nil
}
