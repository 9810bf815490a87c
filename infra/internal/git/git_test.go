package git_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/git"
)

// repository makes a Git repository with one committed file in the folder app, and returns it.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "app"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(root, "app", "main.go"), []byte("package main\n"), 0o600))
	for _, arguments := range [][]string{
		{"init", "--quiet"}, {"add", "--all"},
		{"-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "first"},
	} {
		command := exec.CommandContext(t.Context(), "git", arguments...)
		command.Dir = root
		printed, err := command.CombinedOutput()
		require.NoError(t, err, "%s", printed)
	}
	return root
}

func TestCommitIsThatOfTheCheckout(t *testing.T) {
	t.Parallel()

	root := repository(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "elsewhere"), nil, 0o600), "what the image is not built from does not matter")
	commit, err := git.Commit(t.Context(), filepath.Join(root, "app"))
	require.NoError(t, err)
	assert.Regexp(t, "^[0-9a-f]{40}$", commit)
}

func TestCommitIsRefused(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		prepare func(t *testing.T, root string)
		want    string
	}{
		"a changed file": {func(t *testing.T, root string) {
			require.NoError(t, os.WriteFile(filepath.Join(root, "app", "main.go"), []byte("package other\n"), 0o600))
		}, "not committed (M app/main.go): commit it, or set image.tagCommit to false"},
		"a new file": {func(t *testing.T, root string) {
			require.NoError(t, os.WriteFile(filepath.Join(root, "app", "new.go"), []byte("package main\n"), 0o600))
		}, "not committed (?? app/new.go): commit it, or set image.tagCommit to false"},
		"no repository": {func(t *testing.T, root string) {
			require.NoError(t, os.RemoveAll(filepath.Join(root, ".git")))
		}, "not a git repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root := repository(t)
			test.prepare(t, root)
			_, err := git.Commit(t.Context(), filepath.Join(root, "app"))
			require.ErrorContains(t, err, "image.tagCommit")
			assert.ErrorContains(t, err, test.want)
		})
	}
}
