//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// versions tells what the tests run with, which a reader of their output cannot know otherwise.
func versions(t *testing.T, e *environment) {
	t.Logf("Pulumi %s", e.stack.Workspace().PulumiVersion())
	for _, name := range []string{"docker", "kubernetes"} {
		program, err := exec.LookPath("pulumi-resource-" + name)
		if err != nil {
			program = "Pulumi's own plugin folder"
		}
		version := e.pluginVersion(t, name)
		assert.NotEmpty(t, version)
		t.Logf("plugin %s %s from %s", name, version, program)
	}
	engine, err := exec.CommandContext(t.Context(), "docker", "info", "--format",
		"{{.ServerVersion}}, storage {{.Driver}}, cgroup v{{.CgroupVersion}}, log driver {{.LoggingDriver}}").Output()
	require.NoError(t, err)
	t.Logf("Docker %s", strings.TrimSpace(string(engine)))

	_, content := newAPI(t, current(t, e)["kubeconfig"].Value.(string)).request(t, http.MethodGet, "/version", nil)
	var kubernetes struct{ GitVersion string }
	require.NoError(t, json.Unmarshal(content, &kubernetes))
	assert.NotEmpty(t, kubernetes.GitVersion)
	t.Logf("Kubernetes %s", kubernetes.GitVersion)
}

// pluginVersion is the version of a plugin with which the stack's state was made.
func (e *environment) pluginVersion(t *testing.T, name string) string {
	t.Helper()
	exported, err := e.stack.Export(t.Context())
	require.NoError(t, err)
	var deployment apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(exported.Deployment, &deployment))
	for _, resource := range deployment.Resources {
		if string(resource.Type) == "pulumi:providers:"+name {
			version, _ := resource.Outputs["version"].(string)
			return version
		}
	}
	return ""
}
