//go:build integration

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is not compiled for closed machines says so when it is called.
func TestKubernetesComponentsAreRefusedByName(t *testing.T) {
	client := startPlugin(t)
	for _, kind := range []string{"kubernetes:helm.sh/v4:Chart", "kubernetes:kustomize/v2:Directory", "kubernetes:yaml/v2:ConfigFile", "kubernetes:yaml/v2:ConfigGroup"} {
		_, err := client.Construct(t.Context(), &pulumirpc.ConstructRequest{Type: kind, Name: "left-out"})
		require.ErrorContains(t, err, kind+" is not part of the toolchain for closed machines")
	}
}

// The same of the command line: each call fails, and names what there is instead.
func TestRealCommandLineSaysWhatIsLeftOut(t *testing.T) {
	project := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(project, "Pulumi.yaml"), []byte("name: left-out\nruntime: go\n"), 0o600))
	environment := append(os.Environ(), "PULUMI_HOME="+project, "PULUMI_BACKEND_URL=file://"+project, "PULUMI_SKIP_UPDATE_CHECK=true")
	for want, args := range map[string][]string{
		"pulumi api is not part of the toolchain for closed machines": {"api"},
		"state in gs:// is not part of the toolchain":                 {"login", "gs://bucket"},
		"state in azblob:// is not part of the toolchain":             {"login", "azblob://bucket"},
		"no driver registered for \"awskms\"":                         {"stack", "init", "a", "--secrets-provider", "awskms://alias/key"},
		"no driver registered for \"gcpkms\"":                         {"stack", "init", "b", "--secrets-provider", "gcpkms://projects/key"},
		"no driver registered for \"azurekeyvault\"":                  {"stack", "init", "c", "--secrets-provider", "azurekeyvault://vault/keys/key"},
	} {
		command := exec.CommandContext(t.Context(), filepath.Join(os.Getenv(pluginFolder), "pulumi"), append(args, "--non-interactive")...)
		command.Dir, command.Env = project, environment
		printed, err := command.CombinedOutput()
		require.Error(t, err, "%v: %s", args, printed)
		assert.Contains(t, string(printed), want)
	}
}
