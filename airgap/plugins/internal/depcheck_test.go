// Package internal_test holds the rules of which room may know which.
package internal_test

import (
	"errors"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const prefix = "github.com/ashwanth01/ashapp-backend/airgap/plugins/internal/"

// allowed names the rooms of this module that each room may import.
var allowed = map[string][]string{
	"plugin":       {},
	"golden":       {},
	"langhost":     {},
	"docker":       {"buildcontext", "plugin", "schema"},
	"schema":       {},
	"buildcontext": {},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || path == "." || entry.Name() == "testdata" {
			return err
		}
		room, _, _ := strings.Cut(filepath.ToSlash(path), "/")
		rules, known := allowed[room]
		if !assert.Truef(t, known, "internal/%s has no rule here", room) {
			return filepath.SkipDir
		}
		found, err := build.ImportDir(path, 0)
		var empty *build.NoGoError
		if errors.As(err, &empty) {
			return nil
		}
		require.NoError(t, err)
		for _, imported := range found.Imports {
			other, ours := strings.CutPrefix(imported, prefix)
			other, _, _ = strings.Cut(other, "/")
			if ours && other != room {
				assert.Containsf(t, rules, other, "internal/%s must not import %s", path, imported)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
