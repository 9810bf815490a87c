package workflow

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// renovate is the part of Renovate's configuration that this repository must keep in step with its own files.
type renovate struct {
	Cooldown       string `json:"minimumReleaseAge"`
	CustomManagers []struct {
		Files   []string `json:"managerFilePatterns"`
		Matches []string `json:"matchStrings"`
	} `json:"customManagers"`
	PackageRules []struct {
		Managers []string `json:"matchManagers"`
		Group    string   `json:"groupName"`
	} `json:"packageRules"`
}

func readRenovate(t *testing.T) renovate {
	t.Helper()
	var configuration renovate
	require.NoError(t, json.Unmarshal([]byte(read(t, "renovate.json")), &configuration))
	require.Len(t, configuration.CustomManagers, 3)
	for _, manager := range configuration.CustomManagers {
		require.Len(t, manager.Matches, 1)
	}
	return configuration
}

// images is how this repository writes the image of a node or a registry that is pulled, and not built here.
var images = regexp.MustCompile(`[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}`)

// An image that Renovate does not see stays old for good. One that it sees in one file only breaks the tests that compare them.
func TestRenovateSeesEveryPinnedImage(t *testing.T) {
	t.Parallel()

	manager := readRenovate(t).CustomManagers[0]
	match := regexp.MustCompile("^" + manager.Matches[0] + "$")
	seen := 0
	for _, name := range filesWithImages(t) {
		for _, image := range images.FindAllString(read(t, name), -1) {
			seen++
			assert.True(t, match.MatchString(image), "%s: Renovate does not see %s", name, image)
			assert.True(t, covers(manager.Files, name), "Renovate does not look into %s", name)
		}
	}
	assert.GreaterOrEqual(t, seen, 6, "two images in three files")
}

// filesWithImages are those of the root, the pages of the reference, and the Go files of the settings.
func filesWithImages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.yaml", "*.md", "docs/reference/*.md", "infra/settings/*.go"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			name, err := filepath.Rel(root, path)
			require.NoError(t, err)
			if !strings.HasSuffix(name, "_test.go") {
				names = append(names, name)
			}
		}
	}
	return names
}

// covers tells whether one of Renovate's patterns, which it writes between slashes, fits a file.
func covers(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if regexp.MustCompile(strings.Trim(pattern, "/")).MatchString(name) {
			return true
		}
	}
	return false
}

func TestRenovateSeesTheVersionsInTheCode(t *testing.T) {
	t.Parallel()

	for i, file := range []string{"ops/internal/toolchain/toolchain.go", "app/compile/compile.go"} {
		manager := readRenovate(t).CustomManagers[1+i]
		assert.True(t, covers(manager.Files, file), file)
		assert.Regexp(t, manager.Matches[0], read(t, file))
	}
}

func TestRenovateGroupsAndWaits(t *testing.T) {
	t.Parallel()

	configuration := readRenovate(t)
	assert.Equal(t, "7 days", configuration.Cooldown)
	groups := map[string]bool{}
	for _, rule := range configuration.PackageRules {
		groups[rule.Group] = true
	}
	for _, group := range []string{"actions", "Go modules", "Pulumi", "images"} {
		assert.True(t, groups[group], group)
	}
}

// Dependabot would propose the same versions a second time, without waiting.
func TestThereIsOneBotForVersions(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"dependabot.yml", "dependabot.yaml"} {
		_, err := os.Stat(filepath.Join(root, ".github", name))
		assert.ErrorIs(t, err, os.ErrNotExist)
	}
}
