package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newModule writes a module with one test.
func newModule(t *testing.T, test string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module example.test/m\n\ngo 1.26\n"), 0o600))
	code := "package m\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) { " + test + " }\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "m_test.go"), []byte(code), 0o600))
	return folder
}

func TestEveryModuleIsTestedAndTheFailingOneNamed(t *testing.T) {
	t.Parallel()

	failing, broken, passing := newModule(t, "t.Fail()"), newModule(t, "missing()"), newModule(t, "if !testing.Short() { t.Fail() }")
	var output bytes.Buffer
	err := run(t.Context(), []string{failing, broken, passing}, &output)
	require.ErrorContains(t, err, "testing "+failing+": exit status 1")
	require.ErrorContains(t, err, "testing "+broken+": exit status 1")
	assert.NotContains(t, err.Error(), passing)
	assert.Contains(t, output.String(), "undefined: missing")
	assert.Contains(t, output.String(), "ok  \texample.test/m\t")
}

// go test would answer for a changed document what it has found in the one before.
func TestAPartOfAModuleSeesFilesOutsideOfIt(t *testing.T) {
	t.Parallel()

	document := filepath.Join(t.TempDir(), "document")
	folder := newModule(t, fmt.Sprintf("if _, err := os.Stat(%q); err != nil { t.Fatal(err) }", document))
	part := filepath.Join(folder, "part")
	require.NoError(t, os.Mkdir(part, 0o700))
	code, err := os.ReadFile(filepath.Join(folder, "m_test.go"))
	require.NoError(t, err)
	code = bytes.Replace(code, []byte(`import "testing"`), []byte("import (\n\t\"os\"\n\t\"testing\"\n)"), 1)
	require.NoError(t, os.Remove(filepath.Join(folder, "m_test.go")))
	require.NoError(t, os.WriteFile(filepath.Join(part, "m_test.go"), code, 0o600))
	require.NoError(t, os.WriteFile(document, nil, 0o600))
	require.NoError(t, run(t.Context(), []string{part}, t.Output()))
	require.NoError(t, os.Remove(document))
	assert.ErrorContains(t, run(t.Context(), []string{part}, t.Output()), "testing "+part)
}

func TestWithoutAModuleThereIsNothingToTest(t *testing.T) {
	t.Parallel()

	assert.ErrorIs(t, run(t.Context(), nil, &bytes.Buffer{}), errUsage)
}

func TestOnlyATerminalIsDrawnOn(t *testing.T) {
	t.Parallel()

	assert.Zero(t, width(&bytes.Buffer{}))
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	assert.Zero(t, width(file))
}
