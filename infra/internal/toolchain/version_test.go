package toolchain_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/toolchain"
)

// The command line, the SDK that the program is built with and the command line that airgap builds must be one version.
func TestPulumiVersionIsThatOfTheModules(t *testing.T) {
	t.Parallel()

	for module, dependency := range map[string]string{
		"infra":          "github.com/pulumi/pulumi/sdk/v3",
		"airgap/plugins": "github.com/pulumi/pulumi/pkg/v3",
	} {
		content, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(module), "go.mod"))
		require.NoError(t, err)
		required := regexp.MustCompile(regexp.QuoteMeta(dependency) + ` v(\S+)`).FindSubmatch(content)
		require.NotNil(t, required, "%s does not require %s", module, dependency)
		assert.Equal(t, toolchain.PulumiVersion, string(required[1]), "in the go.mod of %s", module)
	}
}
