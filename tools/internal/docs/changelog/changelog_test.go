package changelog_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/docs/changelog"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"../../../.."}, path...)...))
	require.NoError(t, err)
	return string(content)
}

func TestTheVersionOfTheCommandHasAnEntry(t *testing.T) {
	t.Parallel()

	version, err := changelog.Version(read(t, "ops", "cmd", "ashapp", "version.go"))
	require.NoError(t, err)
	assert.Regexp(t, regexp.MustCompile(`^\d+\.\d+\.\d+$`), version, "a semantic version")
	text := read(t, "CHANGELOG.md")
	_, err = changelog.Entry(text, version)
	require.NoError(t, err)
	assert.Contains(t, text, "\n## [Unreleased]\n", "the place for what is changed next")
	assert.Contains(t, text, "\n["+version+"]: https://", "the entry leads to the release")
}

func TestEntries(t *testing.T) {
	t.Parallel()

	const text = "# Changelog\n\n## [Unreleased]\n\n- next\n\n## [1.1.0] - 2026-02-01\n\n### Added\n\n- more\n\n" +
		"## [1.0.1] - 2026-01-02\n\n## [1.0.0] - 2026-01-01\n\n- first\n\n## [0.9.0]\n\n- no date\n\n[1.1.0]: https://example.com\n"
	for version, want := range map[string]string{"1.1.0": "### Added\n\n- more\n", "1.0.0": "- first\n"} {
		entry, err := changelog.Entry(text, version)
		require.NoError(t, err)
		assert.Equal(t, want, entry)
	}
	for _, version := range []string{"1.0.1", "0.9.0", "2.0.0", "1.0", "Unreleased"} {
		_, err := changelog.Entry(text, version)
		assert.ErrorContains(t, err, "there is no entry ## ["+version+"]", "nothing below it, no date, or not there")
	}
}

func TestASourceWithoutAVersion(t *testing.T) {
	t.Parallel()

	version, err := changelog.Version("package main\n\nconst version = \"1.2.3\"\n")
	require.NoError(t, err)
	assert.Equal(t, "1.2.3", version)
	_, err = changelog.Version("// const version = \"1.2.3\"\n")
	assert.ErrorContains(t, err, "the source has no line")
}
