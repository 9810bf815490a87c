package sbom

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test program itself is a program with dependencies.
func TestEveryModuleOfAProgramIsListed(t *testing.T) {
	t.Parallel()

	self, err := os.Executable()
	require.NoError(t, err)
	info, err := buildinfo.ReadFile(self)
	require.NoError(t, err)
	document, err := Of(self, "4f2a", time.Unix(1_700_000_000, 0))
	require.NoError(t, err)

	assert.Equal(t, "SPDX-2.3", document.Version)
	assert.Equal(t, "2023-11-14T22:13:20Z", document.Creation.Created)
	assert.True(t, strings.HasSuffix(document.Namespace, document.Packages[0].Checksums[0].Value+"-1700000000"), document.Namespace)
	assert.Equal(t, "4f2a", document.Packages[0].Version)
	require.Len(t, document.Packages, 2+len(info.Deps), "the program, the standard library and the modules")
	var locators []string
	for _, dependency := range document.Packages[1:] {
		locators = append(locators, dependency.References[0].Locator)
	}
	assert.Contains(t, locators, "pkg:golang/stdlib@"+strings.TrimPrefix(info.GoVersion, "go"))
	for _, module := range info.Deps {
		assert.Contains(t, locators, "pkg:golang/"+module.Path+"@"+module.Version)
	}
}

// What SPDX 2.3 demands of every document, and what the action that attests it looks at.
func TestADocumentIsComplete(t *testing.T) {
	t.Parallel()

	self, err := os.Executable()
	require.NoError(t, err)
	document, err := Of(self, "", time.Now())
	require.NoError(t, err)
	text, err := json.Marshal(document)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(text, &fields))
	for _, field := range []string{"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"} {
		assert.NotEmpty(t, fields[field], field)
	}
	known := map[string]bool{documentID: true}
	for _, listed := range document.Packages {
		assert.False(t, known[listed.ID], "%s is there twice", listed.ID)
		known[listed.ID] = true
		assert.NotEmpty(t, listed.Name)
		assert.NotEmpty(t, listed.Location)
	}
	for _, relationship := range document.Relationships {
		assert.True(t, known[relationship.From] && known[relationship.To], "%v", relationship)
	}
	assert.Len(t, document.Relationships, len(document.Packages), "everything hangs together")
}

func TestAReplacedModuleIsListedAsWhatItWasReplacedBy(t *testing.T) {
	t.Parallel()

	fork := &debug.Module{Path: "example.com/fork", Version: "v1.0.1"}
	assert.Equal(t, fork, used(&debug.Module{Path: "example.com/module", Version: "v1.0.0", Replace: fork}))
	folder := &debug.Module{Path: "example.com/module", Version: "v1.0.0", Replace: &debug.Module{Path: "../module"}}
	assert.Equal(t, folder, used(folder))
}

func TestWhatIsNotAGoProgramIsRefused(t *testing.T) {
	t.Parallel()

	_, err := Of("spdx.go", "", time.Now())
	assert.ErrorContains(t, err, "reading what spdx.go is made of")
	_, err = Of("missing", "", time.Now())
	assert.ErrorIs(t, err, os.ErrNotExist)
}
