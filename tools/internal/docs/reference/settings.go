package reference

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// declaration is a key of the project file.
type declaration struct {
	Type        string `yaml:"type"`
	Default     string `yaml:"default"`
	Description string `yaml:"description"`
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
		if declared.Default != "" {
			declared.Default = "`" + declared.Default + "`"
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", key, declared.Type, declared.Default, strings.ReplaceAll(declared.Description, "|", `\|`))
	}
	return text.String(), nil
}
