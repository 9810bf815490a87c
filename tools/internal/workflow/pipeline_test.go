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

// The tests of two pushes may end in any order.
func TestACommitThatMainHasMovedOnFromIsNotTheNewest(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.git(t, "update-ref", "refs/remotes/origin/main", "HEAD")
	output, err := c.make(t, c.folder, "--silent", "newest")
	require.NoError(t, err, output)
	assert.Equal(t, "newest=yes\n", output)
	c.commit(t)
	c.git(t, "update-ref", "refs/remotes/origin/main", "HEAD")
	c.git(t, "checkout", "--quiet", "HEAD~1")
	output, err = c.make(t, c.folder, "--silent", "newest")
	require.NoError(t, err, output)
	assert.Regexp(t, "^newest=no\nmain has moved on to [0-9a-f]{40}, which is deployed instead\n$", output)
}

func TestLongSubjectsOfNewCommitsAreNamed(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	message := func(subject string) {
		c.git(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--allow-empty", "--message", subject+"\n\n"+strings.Repeat("b", 80))
	}
	message(strings.Repeat("o", 73)) // an old one stays as it is
	c.git(t, "update-ref", "refs/remotes/origin/main", "HEAD")
	output, err := c.make(t, c.folder, "check-commits")
	require.NoError(t, err, output)
	message(strings.Repeat("s", 72))
	output, err = c.make(t, c.folder, "check-commits")
	require.NoError(t, err, output)
	message(strings.Repeat("l", 73))
	output, err = c.make(t, c.folder, "check-commits")
	require.Error(t, err)
	assert.Regexp(t, "error: subjects of more than 72 characters: git rebase --interactive origin/main\n[0-9a-f]+ l{73}\n", output)
	assert.NotContains(t, output, "sss")
	output, err = c.make(t, c.folder, "check-commits", "BASE=nowhere")
	require.Error(t, err, output)
}

func TestMissingSecretsAreNamedByTheTarget(t *testing.T) {
	t.Parallel()

	output, err := newCheckout(t).make(t, root, "--no-print-directory", "require", "STACK=prod", "NAMES=DOCKERHUB_TOKEN KUBECONFIG_CONTENT")
	require.Error(t, err)
	assert.Contains(t, output, "::error::DOCKERHUB_TOKEN is not set, see docs/how-to/set-up-the-pipeline.md\n")
	assert.NotContains(t, output, "KUBECONFIG_CONTENT is not set", "the environment of the test has it")
}

func TestTheHelpHasTheGroupsInTheirOrder(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	output, err := c.make(t, c.folder, "help")
	require.NoError(t, err, output)
	rest := output
	for _, line := range []string{"\nStart\n  up  ", "\nRelease\n  deploy  ", "\nLook\n  status  ", "\nTest\n  test  ", "\nMaintain\n", "\nPipeline\n"} {
		_, after, found := strings.Cut(rest, line)
		require.True(t, found, "%q in its place", line)
		rest = after
	}
}

// program puts a fake of a command into the checkout, which make is told not to build.
func (c checkout) program(t *testing.T, name, script string) {
	t.Helper()
	c.write(t, ".bin/"+name, "#!/bin/sh\n"+script+"\n")
	require.NoError(t, os.Chmod(filepath.Join(c.folder, ".bin", name), 0o700))
}

// With image.ref nothing is built, on an arm64 machine it lies elsewhere, and what was built is named by the last commit of app/.
func TestOnlyWhatWasBuiltHereIsSigned(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.write(t, ".gitignore", ".bin/\n")
	c.write(t, "app/main.go", "package main\n")
	c.commit(t)
	named, err := exec.CommandContext(t.Context(), "git", "-C", c.folder, "rev-parse", "HEAD").Output()
	require.NoError(t, err)
	c.commit(t)
	c.program(t, "ashapp", "echo '{}'")
	c.program(t, "pipeline", `[ "$1" = outputs ] && cat >/dev/null && echo url=x || echo "$1 $2 $COMMIT"`)
	outputs := []string{"--silent", "-o", ".bin/ashapp", "-o", ".bin/pipeline", "outputs", "STACK=prod"}
	output, err := c.make(t, c.folder, outputs...)
	require.NoError(t, err, output)
	assert.Equal(t, "url=x\n", output)
	c.write(t, "infra/.bin/image/linux_arm64/backend", "")
	output, err = c.make(t, c.folder, outputs...)
	require.NoError(t, err, output)
	assert.Equal(t, "url=x\nbuilt=yes\n", output)
	output, err = c.make(t, c.folder, "--silent", "-o", ".bin/pipeline", "sbom")
	require.NoError(t, err, output)
	assert.Equal(t, "sbom infra/.bin/image/linux_arm64/backend "+string(named), output)
}

func TestTheURLOfTheStackIsOpened(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.program(t, "xdg-open", `echo "opened $1"`)
	path := "PATH=" + filepath.Join(c.folder, ".bin") + ":" + os.Getenv("PATH")
	c.program(t, "ashapp", `printf '{\n  "kubeconfig": "[secret]",\n  "url": "http://127.0.0.1:30080/"\n}\n'`)
	output, err := c.make(t, c.folder, "-o", ".bin/ashapp", "open", path)
	require.NoError(t, err, output)
	assert.Equal(t, "http://127.0.0.1:30080/\nopened http://127.0.0.1:30080/\n", output)
	c.program(t, "ashapp", "echo '{}'")
	output, err = c.make(t, c.folder, "-o", ".bin/ashapp", "open", path)
	require.Error(t, err)
	assert.Contains(t, output, "error: the stack is not up: run make up\n")
}

func TestTheCommandIsBuiltForEverySystemWithChecksums(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.program(t, "go", `while [ "$1" != -o ]; do shift; done; echo "$GOOS $GOARCH $CGO_ENABLED $GOWORK" >"$2"; [ "$GOOS" != "$FAIL" ]`)
	path := "PATH=" + filepath.Join(c.folder, ".bin") + ":" + os.Getenv("PATH")
	output, err := c.make(t, c.folder, "release-binaries", path)
	require.NoError(t, err, output)
	folder := filepath.Join(c.folder, ".bin", "release")
	sums, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	require.NoError(t, err)
	for _, system := range []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"} {
		built, err := os.ReadFile(filepath.Join(folder, "ashapp_"+system))
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(system, "_", " ")+" 0 off\n", string(built))
		assert.Contains(t, string(sums), "  ashapp_"+system+"\n")
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = folder
	checked, err := check.CombinedOutput()
	require.NoError(t, err, string(checked))
	_, err = c.make(t, c.folder, "release-binaries", path, "FAIL=darwin")
	assert.Error(t, err, "what cannot be built for one system is not published")
}

func TestAReleaseIsPublishedWithItsNotesAndBinaries(t *testing.T) {
	t.Parallel()

	c := newCheckout(t)
	c.program(t, "gh", `echo "gh $*"`)
	c.write(t, ".bin/release/SHA256SUMS", "")
	c.write(t, ".bin/release/ashapp_linux_amd64", "")
	output, err := c.make(t, c.folder, "release-publish", "TAG=v1.2.3", "NOTES=notes.md", "PATH="+filepath.Join(c.folder, ".bin")+":"+os.Getenv("PATH"))
	require.NoError(t, err, output)
	assert.Equal(t, "gh release create v1.2.3 --verify-tag --title v1.2.3 --notes-file notes.md .bin/release/SHA256SUMS .bin/release/ashapp_linux_amd64\n", output)
}
