package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requiredModules lists what the program is built from, with or without the workspace. The backend is in this repository.
func requiredModules(t *testing.T, workspace string) string {
	t.Helper()
	command := exec.Command("go", "list", "-deps",
		"-f", `{{with .Module}}{{if .Version}}{{if not .Replace}}{{.Path}} {{.Version}}{{end}}{{end}}{{end}}`, ".")
	command.Env = append(os.Environ(), "GOWORK="+workspace)
	listed, err := command.Output()
	require.NoError(t, err)
	return string(listed)
}

// Pulumi builds the program in the workspace, tests and checks build it outside of it. With one version that differs, Pulumi's SDKs
// are compiled twice, which takes 250 s of CPU.
func TestWorkspaceChangesNoVersion(t *testing.T) {
	t.Parallel()
	assert.Equal(t, requiredModules(t, "off"), requiredModules(t, ""))
}
