package settings

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

// ReadStackFile reads the configuration in a stack file (Pulumi.<stack>.yaml) in the form that Load takes. Encrypted
// values stay as they are. It serves those who must know a stack's settings where no Pulumi engine runs.
func ReadStackFile(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading stack file: %w", err)
	}
	var file struct {
		Config map[string]json.RawMessage `json:"config"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("reading stack file %s: %w", path, err)
	}
	config := make(map[string]string, len(file.Config))
	for key, value := range file.Config {
		config[key] = string(value)
	}
	return config, nil
}
