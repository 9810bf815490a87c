package workflow

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkout is a repository with the Makefile and one commit, in a folder with a name that make cannot have in a rule, and a home folder
// beside it.
type checkout struct{ folder, home string }

func newCheckout(t *testing.T) checkout {
	t.Helper()
	c := checkout{folder: filepath.Join(t.TempDir(), "with space #1 100%"), home: t.TempDir()}
	for _, file := range []string{"Makefile", ".github/pipeline.mk"} {
		c.write(t, file, read(t, file))
	}
	c.git(t, "init", "--quiet", "--initial-branch=main")
	c.commit(t)
	return c
}

func (c checkout) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(c.folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

func (c checkout) git(t *testing.T, arguments ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", arguments...)
	command.Dir = c.folder
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}

func (c checkout) commit(t *testing.T) {
	t.Helper()
	c.git(t, "add", "--all")
	c.git(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--allow-empty", "--message", "test")
}

// make calls the real one, which must not take this process for the make that has started it.
func (c checkout) make(t *testing.T, folder string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "make", arguments...)
	command.Dir = folder
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MAKE") && !strings.HasPrefix(variable, "MFLAGS") && !strings.HasPrefix(variable, "GITHUB_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, "KUBECONFIG_CONTENT=secret")
	if folder == c.folder {
		command.Env = append(command.Env, "HOME="+c.home)
	}
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestAKubeconfigIsInstalledForThisUserAndRemoved(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	path := filepath.Join(c.home, ".kube", "config")
	for range 2 { // also where the job before was killed
		output, err := c.make(t, c.folder, "kubeconfig-install")
		require.NoError(t, err, output)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, "secret\n", string(content))
		assert.NotContains(t, output, "secret")
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	for range 2 {
		output, err := c.make(t, c.folder, "kubeconfig-remove")
		require.NoError(t, err, output)
		assert.NoFileExists(t, path)
	}
}

func TestTheKubeconfigOfTheRunnerStays(t *testing.T) {
	t.Parallel()

	for content, accepted := range map[string]bool{"secret\n": true, "another\n": false} {
		c := newCheckout(t)
		path := filepath.Join(c.home, ".kube", "config")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		output, err := c.make(t, c.folder, "kubeconfig-install")
		assert.Equal(t, accepted, err == nil, output)
		output, err = c.make(t, c.folder, "kubeconfig-remove")
		require.NoError(t, err, output)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, content, string(kept))
	}
}

func TestOnlyCommitsOfMainAreDeployed(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.git(t, "update-ref", "refs/remotes/origin/main", "HEAD")
	output, err := c.make(t, c.folder, "on-main")
	require.NoError(t, err, output)
	c.commit(t)
	output, err = c.make(t, c.folder, "on-main")
	require.Error(t, err)
	assert.Contains(t, output, "error: origin/main does not contain ")
}

func TestAFileThatIsNotFormattedIsNamed(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.write(t, "sound.go", "package sound\n")
	c.commit(t)
	output, err := c.make(t, c.folder, "check-format")
	require.NoError(t, err, output)
	c.write(t, "crooked.go", "package  crooked\n")
	c.commit(t)
	output, err = c.make(t, c.folder, "check-format")
	require.Error(t, err)
	assert.Contains(t, output, "error: gofmt -w would change:\ncrooked.go\n")
}

func TestReportsAreWrittenByTheTargets(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.write(t, "output", "as commands say it")
	file := filepath.Join(c.folder, "output")
	listed := filepath.Join(t.TempDir(), "output") // a name in a list has no space
	require.NoError(t, os.Link(file, listed))
	for _, arguments := range [][]string{
		{"report-preview", "PREVIEWS=dev=" + listed + " prod=" + listed}, {"report-deployment", "STACK=prod", "FILE=" + file},
	} {
		output, err := c.make(t, root, append([]string{"--no-print-directory"}, arguments...)...)
		require.NoError(t, err, output)
		assert.Contains(t, output, "```\nas commands say it\n```")
	}
	output, err := c.make(t, root, "report-drift", "STACK=prod", "OUTCOME=failure", "FILE="+file)
	require.Error(t, err)
	assert.Contains(t, output, "the variable GITHUB_TOKEN is not set")
}

// What is done in a module's folder finds the tools and its own packages, wherever the checkout is.
func TestLintersFindTheirPackages(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.write(t, "tools/go.mod", "module example.com/tools\n")
	c.write(t, "tools/go.sum", "")
	c.write(t, "one/go.mod", "module example.com/one\n")
	c.write(t, "one/one.go", "package one\n")
	c.write(t, "one/two/two.go", "package two\n")
	c.write(t, "one/cmd/kube/main.go", "package main\n")
	c.write(t, ".bin/golangci-lint", "#!/bin/sh\necho \"linted $*\"\n")
	require.NoError(t, os.Chmod(filepath.Join(c.folder, ".bin", "golangci-lint"), 0o700))
	output, err := c.make(t, c.folder, "lint", "MODULES=one")
	require.NoError(t, err, output)
	assert.Equal(t, "linting one\nlinted run --build-tags e2e,integration . ./two\n", output)
}
