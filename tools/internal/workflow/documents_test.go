package workflow

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/markdown"
)

var called = regexp.MustCompile("(?:`|(?m:^))make ([a-z][^`#&|;\n]*)")

// documents are the texts for people.
func documents(t *testing.T) []string {
	t.Helper()
	names, err := markdown.Files(os.DirFS(root))
	require.NoError(t, err)
	require.Contains(t, names, "README.md")
	return names
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

// A reader decides on one screen. What is more belongs into docs/.
func TestTheReadmeIsOneScreen(t *testing.T) {
	t.Parallel()

	assert.LessOrEqual(t, len(strings.Fields(read(t, "README.md"))), 900)
}

// A badge of a workflow that does not run on main shows nothing.
func TestTheBadgeIsOfAWorkflowThatRunsOnMain(t *testing.T) {
	t.Parallel()

	badge := regexp.MustCompile(`actions/workflows/([a-z]+\.yml)/badge\.svg\?branch=main`).FindStringSubmatch(read(t, "README.md"))
	require.NotNil(t, badge)
	assert.Regexp(t, `(?m)^  push:\n    branches: \[main\]$`, read(t, ".github", "workflows", badge[1]))
}

// The list of what the image is made of is attested as well as where it was built, by another predicate.
func TestSecuritySaysHowToVerifyBothAttestations(t *testing.T) {
	t.Parallel()

	version := regexp.MustCompile(`"SPDX-([0-9.]+)"`).FindStringSubmatch(read(t, "tools", "internal", "sbom", "spdx.go") + read(t, "tools", "internal", "sbom", "document.go"))
	require.NotNil(t, version)
	for _, page := range []string{"SECURITY.md", "docs/operations/pipeline.md"} {
		text := read(t, page)
		assert.Equal(t, 2, strings.Count(text, "gh attestation verify oci://docker.io/ashwanth01/ashapp-backend:latest --owner ashwanth01"), page)
		assert.Contains(t, text, "--predicate-type https://spdx.dev/Document/v"+version[1]+"\n", page)
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
		assert.Equal(t, []string{"## What", "## Why", "## Alternatives", "## What it costs"}, headings, base)
		assert.Regexp(t, `\A# \d+\. .+\n\n\d{4}-\d{2}-\d{2}, (?:accepted|replaced by \[\d+\]\(\d{4}-[a-z-]+\.md\)|accepted; replaced in part by \[\d+\]\(\d{4}-[a-z-]+\.md\))\n\n`, record, base)
	}
}
