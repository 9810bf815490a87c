//go:build e2e

package e2e

import (
	"crypto/rand"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// TestTemplate makes a project from this one as pulumi new does, and plans it.
func TestTemplate(t *testing.T) {
	template, folder, backend, passphrase := t.TempDir(), t.TempDir(), "file://"+t.TempDir(), rand.Text()
	copyProject(t, template)
	create := exec.CommandContext(t.Context(), "pulumi", "new", template, "--dir", folder, "--name", "mine", "--stack", "dev", "--yes",
		"--config", "backend.greeting=good morning")
	create.Env = append(create.Environ(),
		"PULUMI_BACKEND_URL="+backend, "PULUMI_CONFIG_PASSPHRASE="+passphrase, "PULUMI_SKIP_UPDATE_CHECK=true")
	printed, err := create.CombinedOutput()
	require.NoError(t, err, "%s", printed)

	asked, _, err := settings.ReadStackFile(filepath.Join(folder, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"mine:backend.greeting": "good morning", "mine:backend.replicas": "2", "mine:backend.nodePort": "30080",
	}, asked, "what pulumi new asks for, with its defaults")

	stack, err := auto.SelectStackLocalSource(t.Context(), "dev", folder, auto.EnvVars(map[string]string{
		"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": passphrase, "PULUMI_SKIP_UPDATE_CHECK": "true",
	}))
	require.NoError(t, err)
	planned, err := stack.Preview(t.Context(), optpreview.Diff())
	require.NoError(t, err)
	assert.Len(t, planned.ChangeSummary, 1, "everything is to be created")
	assert.NotZero(t, planned.ChangeSummary[apitype.OpCreate])
	assert.Contains(t, planned.StdOut, "good morning")
}
