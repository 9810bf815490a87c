//go:build e2e

package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secondHome deploys to an existing cluster by the kubeconfig in one home folder, and then goes on from another one, as a colleague or a
// pipeline does: there is nothing to change, and the state names neither. The first kubeconfig then leads nowhere.
func secondHome(t *testing.T, e *environment) {
	kubeconfig := current(t, e)["kubeconfig"].Value.(string)
	first, second := e.home(t, kubeconfig), e.home(t, kubeconfig)
	p := e.sibling(t, map[string]auto.ConfigValue{
		"cluster.kind":        {Value: "existing"},
		"cluster.context":     {Value: contextOf(t, kubeconfig)},
		"image.ref":           {Value: current(t, e)["image"].Value.(string)},
		"image.platform":      {Value: "linux/" + runtime.GOARCH},
		"backend.namespace":   {Value: "home"},
		"backend.serviceType": {Value: "ClusterIP"},
		"backend.url":         {Value: "https://app.example.com/"},
		"backend.replicas":    {Value: "1"},
	})
	live(t, p, first)
	made, err := p.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(first, ".kube")))

	live(t, p, second)
	_, err = p.Up(t.Context(), optup.ExpectNoChanges())
	require.NoError(t, err)
	e.assertSecret(t, adminKey(t, kubeconfig), made.StdOut+made.StdErr)
	require.NoError(t, filepath.WalkDir(e.backend, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		assert.False(t, strings.Contains(string(content), first) || strings.Contains(string(content), second), "%s names a home folder", path)
		return err
	}))
}

// home is a home folder with a kubeconfig where kubectl looks for it.
func (e *environment) home(t *testing.T, kubeconfig string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, ".kube"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, ".kube", "config"), []byte(kubeconfig), 0o600))
	return folder
}

// live has Pulumi run in a home folder, with what go keeps in that of the tests.
func live(t *testing.T, stack auto.Stack, home string) {
	t.Helper()
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOENV", "GOPATH"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		require.NoError(t, err)
		stack.Workspace().SetEnvVar(name, strings.TrimSpace(string(value)))
	}
	stack.Workspace().SetEnvVar("HOME", home)
	stack.Workspace().SetEnvVar("KUBECONFIG", "")
}

func contextOf(t *testing.T, kubeconfig string) string {
	t.Helper()
	var file struct {
		Context string `json:"current-context"`
	}
	require.NoError(t, json.Unmarshal([]byte(kubeconfig), &file))
	require.NotEmpty(t, file.Context)
	return file.Context
}
