package workflow

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link   = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`) // a colon is in the address of another site
	called = regexp.MustCompile("`make ([^`]+)`")
)

// documents are the texts for people.
func documents(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.md", "docs/adr/*.md", ".github/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			name, err := filepath.Rel(root, path)
			require.NoError(t, err)
			names = append(names, name)
		}
	}
	require.Contains(t, names, "README.md")
	return names
}

func TestLinksLeadToFiles(t *testing.T) {
	t.Parallel()

	for _, name := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, name), -1) {
			_, err := os.Stat(filepath.Join(root, filepath.Dir(name), found[1]))
			assert.NoError(t, err, name)
		}
	}
}

func TestTargetsInTheDocumentsExist(t *testing.T) {
	t.Parallel()

	defined := targets(t)
	for _, name := range documents(t) {
		for _, call := range called.FindAllStringSubmatch(read(t, name), -1) {
			for _, word := range strings.Fields(call[1]) {
				if strings.Contains(word, "=") {
					break // variables come last
				}
				assert.True(t, defined[word], "%s: there is no target %s", name, word)
			}
		}
	}
}

func TestEveryRecordIsListedAndComplete(t *testing.T) {
	t.Parallel()

	index := read(t, "docs", "adr", "README.md")
	for _, name := range documents(t) {
		base := filepath.Base(name)
		if !strings.HasPrefix(name, filepath.Join("docs", "adr", "0")) {
			continue
		}
		record := read(t, name)
		assert.Contains(t, index, "("+base+")", "the index lists it")
		title, _, _ := strings.Cut(strings.TrimPrefix(record, "# "), "\n")
		_, title, _ = strings.Cut(title, ". ")
		assert.Contains(t, index, "| "+title+" |", "the index has its title")
		headings := regexp.MustCompile(`(?m)^## .*$`).FindAllString(record, -1)
		assert.True(t, slices.Equal([]string{"## What", "## Why", "## What it costs"}, headings), "%s: %v", base, headings)
	}
}
