package image

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/app/contract"
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
	commit, err := headCommit(t.Context(), filepath.Join(root, "app"))
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
			_, err := headCommit(t.Context(), filepath.Join(root, "app"))
			require.ErrorContains(t, err, "image.tagCommit")
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// The variable is named in a string, so the compiler would not notice if it were called otherwise.
func TestBackendTellsTheCommitThatItWasBuiltWith(t *testing.T) {
	t.Parallel()

	commit := strings.Repeat("c", 40)
	target, err := parsePlatform("")
	require.NoError(t, err)
	folder, err := target.build(t.Context(), backendSource, t.TempDir(), commit)
	require.NoError(t, err)

	response, err := http.Get("http://" + serve(t, filepath.Join(folder, binary)) + contract.VersionPath)
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	var version struct{ Commit string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&version))
	assert.Equal(t, commit, version.Commit)
}

// serve runs the backend until the test ends and returns the address that its first line tells.
func serve(t *testing.T, program string) (address string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, "-address=127.0.0.1:0", "-admin-address=127.0.0.1:0")
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Wait() }) // the end of the test has killed it
	var line struct{ Address string }
	require.NoError(t, json.NewDecoder(stdout).Decode(&line))
	return line.Address
}
