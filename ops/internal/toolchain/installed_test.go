package toolchain_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

func TestInstalled(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ stack, folder, program string }{
		"official": {"dev", "pulumi-" + toolchain.PulumiVersion, "pulumi"},
		"windows":  {"prod", "pulumi-" + toolchain.PulumiVersion, "pulumi.exe"},
		"airgap":   {"airgap", "airgap/bin", "pulumi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root := t.TempDir()
			tools := toolchain.New(root, t.Output())
			want := filepath.Join(root, ".tools", test.folder)
			require.NoError(t, os.MkdirAll(want, 0o750))
			_, found := tools.Installed(test.stack)
			assert.False(t, found, "a folder without programs")
			require.NoError(t, os.WriteFile(filepath.Join(want, test.program), nil, 0o600))
			folder, found := tools.Installed(test.stack)
			assert.True(t, found)
			assert.Equal(t, want, folder)
		})
	}
}
