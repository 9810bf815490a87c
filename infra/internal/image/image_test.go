package image

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/infra/internal/recording"
	"github.com/ashwanth01/ashapp-backend/infra/internal/settings"
)

// backendSource is the source as seen from this package.
const backendSource = "../../../app"

func TestBuildIsTheSameInEveryFolder(t *testing.T) {
	t.Parallel()

	target, err := parsePlatform("")
	require.NoError(t, err)
	var sums [][sha256.Size]byte
	for range 2 {
		// A source tree of its own each time: paths of the checkout must not be in the binary.
		copied := filepath.Join(t.TempDir(), "app")
		require.NoError(t, os.CopyFS(copied, os.DirFS(backendSource)))
		folder, err := target.build(t.Context(), copied, filepath.Join(t.TempDir(), "contexts"))
		require.NoError(t, err)
		content, err := os.ReadFile(filepath.Join(folder, binary))
		require.NoError(t, err)
		sums = append(sums, sha256.Sum256(content))
	}
	assert.Equal(t, sums[0], sums[1])
}

func TestBuildContextHoldsTheBinaryAndTheDockerfileOnly(t *testing.T) {
	t.Parallel()

	root := t.TempDir()
	folder, err := platform{os: "linux", architecture: "arm64"}.build(t.Context(), backendSource, root)
	require.NoError(t, err)
	assert.Equal(t, filepath.ToSlash(filepath.Join(root, "linux_arm64")), folder)

	modes := map[string]os.FileMode{}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		modes[entry.Name()] = info.Mode()
	}
	assert.Equal(t, map[string]os.FileMode{binary: 0o755, dockerfile: 0o644}, modes)
}

func TestBuildErrorShowsWhatTheCompilerSaid(t *testing.T) {
	t.Parallel()

	broken := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module broken\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() { undefined() }\n", dockerfile: "FROM scratch\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(broken, name), []byte(content), 0o600))
	}
	_, err := platform{os: "linux", architecture: "amd64"}.build(t.Context(), broken, t.TempDir())
	require.ErrorContains(t, err, "building the backend")
	assert.ErrorContains(t, err, "undefined: undefined")
}

func TestParsePlatform(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"": "linux/" + runtime.GOARCH, "linux/arm64": "linux/arm64", "linux": "", "/amd64": "", "linux/": "",
	} {
		got, err := parsePlatform(text)
		if want == "" {
			assert.ErrorContains(t, err, `"`+text+`"`)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
}

func TestReferenceIsDeployedWithoutABuild(t *testing.T) {
	t.Parallel()

	ref := "docker.io/name/app@sha256:" + strings.Repeat("b", 64)
	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		got, err := New(ctx, settings.Image{Ref: ref}, Registry{})
		ctx.Export("image", got)
		return err
	}, false)
	require.NoError(t, err)
	assert.Empty(t, recorded.Types())
}
