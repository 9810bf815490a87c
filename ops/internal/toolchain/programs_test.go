package toolchain

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compiled is what airgap/build is told to compile for a Pulumi.yaml.
func compiled(t *testing.T, projectFile string) (root string, found []program) {
	t.Helper()
	root = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(projectFile), 0o600))
	arguments, err := Toolchain{Root: root}.programs()
	require.NoError(t, err)
	for i, argument := range arguments {
		if i%2 == 0 {
			assert.Equal(t, "-compile", argument)
			continue
		}
		var one program
		require.NoError(t, json.Unmarshal([]byte(argument), &one))
		found = append(found, one)
	}
	return root, found
}

func TestProgramAndBackendAreCompiledAsTheyWillBe(t *testing.T) {
	t.Parallel()
	projectFile, err := os.ReadFile(filepath.Join("..", "..", "..", "Pulumi.yaml"))
	require.NoError(t, err)
	root, found := compiled(t, string(projectFile))
	require.Len(t, found, 2)

	infra, backend := found[0], found[1]
	assert.Equal(t, filepath.Join(root, "infra"), infra.Folder)
	assert.Equal(t, filepath.Join(root, "infra", ".bin", "infra"), infra.Output, "where the language host finds it up to date")
	assert.Empty(t, infra.Flags, "the language host gives none")
	assert.Empty(t, infra.Environment)
	assert.Positive(t, infra.ColdCPUSeconds)
	for slow := range infra.Seconds {
		assert.DirExists(t, filepath.Join("..", "..", "..", filepath.FromSlash(slow[len("github.com/ashwanth01/ashapp-backend/"):])))
	}

	assert.Equal(t, filepath.Join(root, "app"), backend.Folder)
	assert.Equal(t, os.DevNull, backend.Output)
	assert.Contains(t, backend.Flags, "-trimpath")
	assert.Subset(t, backend.Environment, []string{"GOOS=linux", "GOARCH=" + runtime.GOARCH, "CGO_ENABLED=0"})
}

func TestProgramWithoutABuildTargetOnlyFillsTheCache(t *testing.T) {
	t.Parallel()
	root, found := compiled(t, "main: program\nruntime:\n  name: go\n")
	assert.Equal(t, filepath.Join(root, "program"), found[0].Folder)
	assert.Equal(t, os.DevNull, found[0].Output)
}

func TestProjectThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	_, err := Toolchain{Root: root}.programs()
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("main: ["), 0o600))
	_, err = Toolchain{Root: root}.programs()
	require.ErrorContains(t, err, filepath.Join(root, "Pulumi.yaml"))
}
