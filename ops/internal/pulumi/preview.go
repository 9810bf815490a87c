package pulumi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Planned are the manifests, by name, that an update would render. It changes nothing.
func (c *CommandLine) Planned(ctx context.Context) (map[string]json.RawMessage, error) {
	var printed bytes.Buffer
	err := c.run(ctx, c.Root, &printed, "preview", "--json", "--show-sames", "--stack", c.Name, "--config-file", c.ConfigFile)
	if err != nil {
		return nil, err
	}
	return parsePreview(printed.Bytes())
}

// parsePreview reads what pulumi preview --json --show-sames prints: the manifests, by name, that an update would render.
func parsePreview(printed []byte) (map[string]json.RawMessage, error) {
	var preview struct {
		Steps []struct {
			Op, URN  string
			NewState struct {
				Type     string
				Inputs   json.RawMessage
				External bool // only read
			}
		}
	}
	if err := json.Unmarshal(printed, &preview); err != nil {
		return nil, fmt.Errorf("reading what pulumi preview has printed: %w", err)
	}
	planned := map[string]json.RawMessage{}
	for _, step := range preview.Steps {
		if strings.HasPrefix(step.NewState.Type, kubernetesTypes) && !step.NewState.External && !strings.HasPrefix(step.Op, "delete") {
			planned[nameIn(step.URN)] = step.NewState.Inputs
		}
	}
	return planned, nil
}
