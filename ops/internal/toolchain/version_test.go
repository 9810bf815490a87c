package toolchain_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// The command line, the SDK that the program is built with and the command line that airgap builds must be one version.
func TestPulumiVersionIsThatOfTheModules(t *testing.T) {
	t.Parallel()

	for module, dependency := range map[string]string{
		"infra":  "github.com/pulumi/pulumi/sdk/v3",
		"airgap": "github.com/pulumi/pulumi/pkg/v3",
	} {
		required := find(t, regexp.QuoteMeta(dependency)+` v(\S+)`, module, "go.mod")
		assert.Equal(t, toolchain.PulumiVersion, required, "in the go.mod of %s", module)
	}
}

// The Kubernetes plugin that airgap builds must be the release that Pulumi downloads elsewhere: that of the SDK.
func TestKubernetesPluginIsOneReleaseEverywhere(t *testing.T) {
	t.Parallel()

	downloaded := find(t, `github.com/pulumi/pulumi-kubernetes/sdk/v4 v(\S+)`, "infra", "go.mod")
	built := find(t, `const version = "(.+)"`, "airgap", "plugins", "cmd", "pulumi-resource-kubernetes", "main.go")
	assert.Equal(t, downloaded, built)
}

// find returns what the group of an expression matches in a file of this repository.
func find(t *testing.T, expression string, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"..", "..", ".."}, path...)...))
	require.NoError(t, err)
	found := regexp.MustCompile(expression).FindSubmatch(content)
	require.NotNil(t, found, "%v does not match %s", path, expression)
	return string(found[1])
}
