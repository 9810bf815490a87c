//go:build e2e

package e2e

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/stretchr/testify/require"
)

// otherCheckout is a copy that somebody has made with another umask.
func otherCheckout(t *testing.T, e *environment) {
	checkout := t.TempDir()
	require.NoError(t, os.CopyFS(checkout, os.DirFS(e.checkout)))
	require.NoError(t, os.RemoveAll(filepath.Join(checkout, "infra", ".bin")), "it has built nothing yet")
	require.NoError(t, filepath.WalkDir(checkout, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	}))
	stack, err := auto.SelectStackLocalSource(t.Context(), stackName, checkout, e.variables)
	require.NoError(t, err)
	_, err = stack.Up(t.Context(), optup.ExpectNoChanges(), optup.ErrorProgressStreams(t.Output()), optup.SuppressProgress())
	require.NoError(t, err)
}

// newCheckout is a whole checkout in which make works, with the tools of this one, and a stack out of the way of others.
func newCheckout(t *testing.T) *environment {
	t.Helper()
	base := os.Getenv("ASHAPP_STACK")
	// In a folder that some people have, and make as well as URLs take for something else.
	e := &environment{checkout: filepath.Join(t.TempDir(), "with space #1 100%"), name: base, config: map[string]map[string]any{}}
	copyProject(t, e.checkout)
	for _, folder := range []string{"ops", "airgap", ".github"} {
		require.NoError(t, os.CopyFS(filepath.Join(e.checkout, folder), os.DirFS(filepath.Join(root, folder))))
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(e.checkout, "Makefile"), makefile, 0o600))
	tools, err := filepath.Abs(filepath.Join(root, ".tools"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink(tools, filepath.Join(e.checkout, ".tools")))
	e.configure(t, filepath.Join(root, "Pulumi."+base+".yaml"))
	require.NoError(t, removeLeftovers(t.Context()), "removing what an earlier run was kept from removing")
	t.Cleanup(func() {
		if printed, err := e.makeIn(context.WithoutCancel(t.Context()), "down"); err != nil {
			t.Errorf("cleaning up: %s", printed)
		}
	})
	return e
}

// make runs a target in the checkout and returns what it has printed.
func (e *environment) make(t *testing.T, target string) (printed string, err error) {
	t.Helper()
	return e.makeIn(t.Context(), target)
}

// ashapp runs the command behind make in the checkout, and returns what it has printed and its exit code.
func (e *environment) ashapp(t *testing.T, arguments ...string) (printed string, code int) {
	t.Helper()
	command := e.command(t.Context(), arguments...)
	content, err := command.CombinedOutput()
	exit := &exec.ExitError{}
	require.True(t, err == nil || errors.As(err, &exit), "%v", err)
	return string(content), command.ProcessState.ExitCode()
}

func (e *environment) command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, filepath.Join(".bin", "ashapp"), append([]string{"--stack", e.name}, arguments...)...)
	command.Dir, command.Path = e.checkout, filepath.Join(e.checkout, ".bin", "ashapp")
	return command
}

func (e *environment) makeIn(ctx context.Context, target string) (printed string, err error) {
	command := exec.CommandContext(ctx, "make", target, "STACK="+e.name)
	command.Dir = e.checkout
	command.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=") // not a part of the make that runs the tests
	content, err := command.CombinedOutput()
	return string(content), err
}
