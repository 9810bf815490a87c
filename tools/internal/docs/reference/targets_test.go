package reference_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/reference"
)

// read is a file of this repository.
func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	require.NoError(t, err)
	return string(content)
}

func TestThePageOfCommandsHasEveryTarget(t *testing.T) {
	t.Parallel()

	page := read(t, "docs", "reference", "commands.md")
	table := reference.Targets(read(t, "Makefile"), read(t, ".github", "pipeline.mk"), read(t, "airgap", "rehearsal.mk"))
	assert.Contains(t, table, "| `make up` | ")
	assert.Contains(t, table, "| `make rehearse-cgroup2` | ")
	wanted, err := reference.Replace(page, "targets", table)
	require.NoError(t, err)
	assert.True(t, wanted == page, "docs/reference/commands.md is not what the Makefiles say: run make reference")
}

func TestTargetsAreTablesByGroup(t *testing.T) {
	t.Parallel()

	text := reference.Targets("help: ## In no group\n##@ Start\n.PHONY: up\nup: .bin/x ## Bring it up, or down\nquiet:\n\t@echo a: ## no target\n",
		"##@ Look\nlogs-2: ## Show a | b")
	const head = "| target | what it does |\n| --- | --- |\n"
	assert.Equal(t, "\n### Start\n\n"+head+"| `make up` | Bring it up, or down |\n\n### Look\n\n"+head+"| `make logs-2` | Show a \\| b |\n", text)
}
