package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the manifests anew: go test ./... -run Golden -update, and read the difference")

// Whoever updates the program gets the objects that they have: a setting that is not used changes nothing.
func TestManifestsAreThoseOfTheGoldenFiles(t *testing.T) {
	t.Parallel()

	existing := onSomeCluster(t)
	for stack, override := range map[string]map[string]string{"dev": nil, "airgap": nil, "prod": {"cluster": existing}} {
		recorded, _, err := record(t, stack, override, false)
		require.NoError(t, err, stack)
		got, err := json.MarshalIndent(recorded.Manifests(t, "ashapp:backend:Backend"), "", "  ")
		require.NoError(t, err)
		golden := filepath.Join("testdata", "manifests", stack+".json")
		if *update {
			require.NoError(t, os.WriteFile(golden, append(got, '\n'), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(string(got)+"\n", "\n"), "%s: if this is meant: go test . -run Golden -update", stack)
	}
}
