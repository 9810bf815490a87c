package mutation_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// module writes a module with one package and its test, and returns its folder.
func module(t *testing.T, code, test string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/mutated\n\ngo 1.26\n", "code.go": "package mutated\n" + code, "code_test.go": "package mutated\n" + test,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	return folder
}
