package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThePageIsWrittenBesideWhatItShows(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	for name, content := range map[string]string{
		"status": `{"stack": {"name": "one"}}`, "history": `[{"number": 7}]`, "drift": `{"warnings": ["careful"]}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), []byte(content), 0o600))
	}
	require.NoError(t, run([]string{folder}, time.Now()))
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	require.NoError(t, err)
	for _, part := range []string{"<title>one</title>", "<td>7</td>", "careful"} {
		assert.Contains(t, string(page), part)
	}

	empty := t.TempDir()
	require.NoError(t, run([]string{empty}, time.Now()))
	assert.FileExists(t, filepath.Join(empty, "report.html"), "what could not be asked is left out")
}

func TestPagesThatCannotBeWritten(t *testing.T) {
	t.Parallel()

	assert.ErrorContains(t, run(nil, time.Now()), "usage: report FOLDER")
	assert.ErrorContains(t, run([]string{filepath.Join(t.TempDir(), "none")}, time.Now()), "writing the page")
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "drift.json"), 0o700))
	assert.ErrorContains(t, run([]string{folder}, time.Now()), "reading what ashapp drift has printed")
	require.NoError(t, os.Remove(filepath.Join(folder, "drift.json")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "drift.json"), []byte("text"), 0o600))
	assert.ErrorContains(t, run([]string{folder}, time.Now()), "reading what ashapp drift has printed")
}
