package ops_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	repository = "github.com/ashwanth01/ashapp-backend/"
	own        = repository + "ops/"
)

// imports maps the folders with Go files below one to the packages that they import, with those of their tests or without.
func imports(t *testing.T, root string, tests bool) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") && !tests {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		if found[folder] == nil {
			found[folder] = map[string]bool{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[folder][imported] = true
		}
		return nil
	}))
	require.NotEmpty(t, found)
	return found
}

// importers are the folders outside of tests that import a package with a prefix.
func importers(t *testing.T, prefix string) []string {
	t.Helper()
	var folders []string
	for folder, imported := range imports(t, ".", false) {
		for path := range imported {
			if strings.HasPrefix(path, prefix) {
				folders = append(folders, folder)
				break
			}
		}
	}
	return folders
}

// What operates the program knows its settings, and what the image is made of, but not how it is written.
func TestOperationsKnowTheSettingsAndTheContractOnly(t *testing.T) {
	t.Parallel()

	allowed := []string{"infra/settings", "infra/settings/kubeconfig", "app/contract", "app/compile"}
	for folder, imported := range imports(t, ".", true) {
		for path := range imported {
			if other, found := strings.CutPrefix(path, repository); found && !strings.HasPrefix(path, own) {
				assert.Contains(t, allowed, other, folder)
			}
		}
	}
	assert.NotEmpty(t, importers(t, repository+"infra/settings"), "the search must have found something")
}

func TestNobodyKnowsOperations(t *testing.T) {
	t.Parallel()

	for _, module := range []string{"app", "infra", "airgap"} {
		for folder, imported := range imports(t, "../"+module, true) {
			for path := range imported {
				assert.False(t, strings.HasPrefix(path, own), "%s imports %s", folder, path)
			}
		}
	}
}

// rooms are the packages by their level: each may import those below its own only. A new one has to be given its place.
func rooms() map[string]int {
	return map[string]int{
		"cmd/ashapp":                   6,
		"internal/stack":               5,
		"internal/status":              5,
		"internal/release":             4,
		"internal/drift":               4,
		"internal/localstack":          3,
		"internal/cluster":             3,
		"internal/cluster/clusterfake": 4, // for tests alone
		"internal/rollout":             1,
		"internal/doctor":              1,
		"internal/verify":              1,
		"internal/toolchain":           1,
		"internal/pulumi":              2,
		"internal/pulumi/pulumifake":   3, // for tests alone
		"internal/lock":                1,
		"internal/child/childfake":     1, // for tests alone
		"internal/localstack/engine":   1,
		"internal/kubernetes":          0,
		"internal/kubernetes/fake":     1, // for tests alone
		"internal/registry":            1,
		"internal/child":               0,
	}
}

func TestRoomsImportDownwards(t *testing.T) {
	t.Parallel()

	levels := rooms()
	for folder, imported := range imports(t, ".", false) {
		level, known := levels[folder]
		require.True(t, known, "%s has no level", folder)
		for path := range imported {
			if below, ours := strings.CutPrefix(path, own); ours {
				assert.Less(t, levels[below], level, "%s imports %s", folder, below)
			}
		}
	}
}

// Each of these libraries is known in few places, so that it can be replaced, and its errors are understood where they come up.
func TestFewRoomsKnowALibrary(t *testing.T) {
	t.Parallel()

	for library, know := range map[string][]string{
		"github.com/spf13/cobra": {"cmd/ashapp"},
		// Packages of client-go cost seconds of every first build: the set of all clients and the discovery, 65.
		"k8s.io/client-go/": {
			"internal/cluster", "internal/cluster/clusterfake", "internal/kubernetes", "internal/kubernetes/fake", "internal/release",
			"internal/rollout", "internal/verify",
		},
		"k8s.io/client-go/kubernetes":             {"internal/cluster/clusterfake", "internal/kubernetes/fake"},
		"k8s.io/client-go/discovery":              {"internal/cluster/clusterfake"},
		"k8s.io/client-go/tools/clientcmd":        {"internal/cluster"},
		"os/exec":                                 {"internal/child", "internal/child/childfake", "internal/localstack", "internal/localstack/engine", "internal/pulumi", "internal/toolchain"},
		"os/signal":                               {"cmd/ashapp"},
		"net/http":                                {"internal/cluster", "internal/registry", "internal/toolchain", "internal/verify"},
		"github.com/google/go-containerregistry/": {"internal/registry"},
	} {
		found := importers(t, library)
		assert.NotEmpty(t, found, library)
		assert.Subset(t, know, found, library)
	}
}

// Tests have a cluster that is not there; the command must not.
func TestFakesAreForTests(t *testing.T) {
	t.Parallel()

	for folder, imported := range imports(t, ".", false) {
		for path := range imported {
			fake := strings.HasSuffix(path, "/fake") || strings.HasSuffix(path, "fake") || strings.HasPrefix(path, "github.com/stretchr/testify")
			assert.False(t, fake && !strings.HasSuffix(folder, "fake"), "%s imports %s", folder, path)
		}
	}
}
