package image

import (
	"crypto/sha256"
	"debug/buildinfo"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/app/compile"
	"github.com/ashwanth01/ashapp-backend/infra/internal/testkit/recording"
	"github.com/ashwanth01/ashapp-backend/infra/settings"
)

// backendSource is the source as seen from this package.
const backendSource = "../../../app"

func TestBuildIsTheSameInEveryFolder(t *testing.T) {
	t.Parallel()

	target, err := parsePlatform("")
	require.NoError(t, err)
	var sums [][sha256.Size]byte
	var times []time.Time
	for range 2 {
		// A source tree of its own each time: paths of the checkout must not be in the binary.
		copied := filepath.Join(t.TempDir(), "app")
		require.NoError(t, os.CopyFS(copied, os.DirFS(backendSource)))
		folder, err := target.build(t.Context(), copied, filepath.Join(t.TempDir(), "contexts"), "", false)
		require.NoError(t, err)
		content, err := os.ReadFile(filepath.Join(folder, binary))
		require.NoError(t, err)
		info, err := os.Stat(filepath.Join(folder, binary))
		require.NoError(t, err)
		sums, times = append(sums, sha256.Sum256(content)), append(times, info.ModTime())
	}
	assert.Equal(t, sums[0], sums[1])
	assert.Equal(t, times[0], times[1], "the time of the file is in the image's layer")
}

// What a user has set for all of Go by go env -w must not show in the image.
func TestSettingsOfTheUserDoNotReachTheImage(t *testing.T) {
	written := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(written, []byte("GOFLAGS=-tags=otel\n"), 0o600))
	target, err := parsePlatform("")
	require.NoError(t, err)
	sums := map[[sha256.Size]byte]bool{}
	for _, settings := range []string{"off", written} {
		t.Setenv("GOENV", settings)
		t.Setenv("GOFLAGS", "")
		folder, err := target.build(t.Context(), backendSource, t.TempDir(), "", false)
		require.NoError(t, err)
		content, err := os.ReadFile(filepath.Join(folder, binary))
		require.NoError(t, err)
		sums[sha256.Sum256(content)] = true
	}
	assert.Len(t, sums, 1)
}

// Where another version of Go is chosen, here one that does not exist, an image with a tag by commit does not follow.
func TestAnImageTaggedByCommitIsOfOneVersionOfGo(t *testing.T) {
	t.Setenv("GOTOOLCHAIN", "nonsense")
	target, err := parsePlatform("")
	require.NoError(t, err)
	folder, err := target.build(t.Context(), backendSource, t.TempDir(), "", true)
	require.NoError(t, err)
	info, err := buildinfo.ReadFile(filepath.Join(folder, binary))
	require.NoError(t, err)
	assert.Equal(t, compile.Go, info.GoVersion)
	_, err = target.build(t.Context(), backendSource, t.TempDir(), "", false)
	assert.ErrorContains(t, err, "GOTOOLCHAIN")
}

func TestBuildContextHoldsTheBinaryAndTheDockerfileOnly(t *testing.T) {
	t.Parallel()

	root := t.TempDir()
	foreign := platform{os: "linux", architecture: "arm64"}
	if testing.Short() {
		foreign.architecture = runtime.GOARCH // for another one the standard library would have to be compiled as well
	}
	folder, err := foreign.build(t.Context(), backendSource, root, "", false)
	require.NoError(t, err)
	assert.Equal(t, filepath.ToSlash(filepath.Join(root, "linux_"+foreign.architecture)), folder)

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
	_, err := platform{os: "linux", architecture: "amd64"}.build(t.Context(), broken, t.TempDir(), "", false)
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

func TestEachContentHasATagOfItsOwn(t *testing.T) {
	t.Parallel()

	tags := map[string]string{}
	for name, files := range map[string]map[string]string{
		"first":              {binary: "a", dockerfile: "b"},
		"the same":           {binary: "a", dockerfile: "b"},
		"another binary":     {binary: "c", dockerfile: "b"},
		"another Dockerfile": {binary: "a", dockerfile: "c"},
		"moved content":      {binary: "ab", dockerfile: ""},
	} {
		folder := t.TempDir()
		for file, content := range files {
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600))
		}
		tag, err := contentTag(folder)
		require.NoError(t, err)
		assert.Regexp(t, "^build-[0-9a-f]{16}$", tag)
		tags[name] = tag
	}
	assert.Equal(t, tags["first"], tags["the same"])
	seen := map[string]bool{}
	for _, tag := range tags {
		seen[tag] = true
	}
	assert.Len(t, seen, len(tags)-1, "%v", tags)

	_, err := contentTag(t.TempDir())
	assert.ErrorContains(t, err, "reading the build context")
}

// The tag that people follow is not among them: nobody has seen yet whether the image runs.
func TestImageIsPushedUnderATagThatNothingElseHas(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		settings settings.Image
		registry Registry
		want     string
	}{
		"registry of the cluster": {
			settings: settings.Image{Repository: "app", Tag: "latest"}, registry: Registry{Host: "localhost:5001"}, want: "localhost:5001/app:abc",
		},
		"registry elsewhere": {
			settings: settings.Image{Repository: "docker.io/name/app", Tag: "latest"}, want: "docker.io/name/app:abc",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			recorded, err := recording.Run(func(ctx *pulumi.Context) error {
				_, err := push(ctx, test.settings, test.registry, buildContext{
					folder: "folder", platform: platform{os: "linux", architecture: "arm64"}, tag: "abc",
				})
				return err
			}, false)
			require.NoError(t, err)
			require.Len(t, recorded.Types(), 1)
			image := recorded.Resource(t, "image")
			assert.Equal(t, test.want, image.Text("imageName"))
			assert.Equal(t, map[string]any{
				"context": "folder", "dockerfile": "folder/Dockerfile", "platform": "linux/arm64",
				"args": map[string]any{"SOURCE_DATE_EPOCH": "0"},
			}, image.Text("build"))
			assert.Equal(t, false, image.Text("skipPush"))
			assert.Nil(t, image.Text("registry"), "docker login decides")
		})
	}
}

func TestRegistryPasswordIsASecret(t *testing.T) {
	t.Parallel()

	recorded, err := recording.Run(func(ctx *pulumi.Context) error {
		_, err := push(ctx, settings.Image{
			Repository: "docker.io/name/app", Tag: "latest", RegistryUsername: "name", RegistryPassword: "canary",
		}, Registry{}, buildContext{})
		return err
	}, false)
	require.NoError(t, err)
	image := recorded.Resource(t, "image")
	assert.Equal(t, map[string]any{"username": "name", "password": "canary"}, image.Text("registry"))
	assert.True(t, image.Input("registry.password").IsSecret())
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
