package toolchain_test

import (
	"context"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/toolchain"
)

// releaseName is the release for the machine that the test runs on.
func releaseName() string {
	architecture := strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
	return "pulumi-v" + toolchain.PulumiVersion + "-" + runtime.GOOS + "-" + architecture + ".tar.gz"
}

// release serves a file of checksums and the release.
func release(checksums string, archive []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content := archive
		switch path.Base(r.URL.Path) {
		case "pulumi-" + toolchain.PulumiVersion + "-checksums.txt":
			content = []byte(checksums)
		case releaseName():
		default:
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content)
	}
}

func skipWithoutTarball(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the release for Windows is a zip file, which TestUnpackPrograms unpacks")
	}
}

func TestInstallUnpacksTheVerifiedRelease(t *testing.T) {
	t.Parallel()
	skipWithoutTarball(t)

	archive := tarball(t, [2]string{"pulumi/pulumi", "the command"}, [2]string{"pulumi/pulumi-language-go", "the host"}, [2]string{"README", "text"})
	tools := newToolchain(t, release("0123  other.tar.gz\n"+checksumLine(releaseName(), archive), archive))

	folder, err := tools.Install(t.Context(), "dev")
	require.NoError(t, err)
	assert.Equal(t, []string{"pulumi", "pulumi-language-go"}, names(t, folder))
	assert.Equal(t, []string{filepath.Base(folder)}, names(t, tools.Folder), "nothing else may be left")
	program, err := os.Stat(filepath.Join(folder, "pulumi"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o755), program.Mode().Perm())
}

// The sum that is published beside a release can be replaced together with it.
func TestPinnedChecksumBeatsThePublishedOne(t *testing.T) {
	t.Parallel()
	skipWithoutTarball(t)

	original, replaced := tarball(t, [2]string{"pulumi/pulumi", "the command"}), tarball(t, [2]string{"pulumi/pulumi", "another"})
	pinned := map[string]string{releaseName(): strings.Fields(checksumLine(releaseName(), original))[0]}

	tools := newToolchain(t, release(checksumLine(releaseName(), replaced), replaced))
	tools.Checksums = pinned
	_, err := tools.Install(t.Context(), "dev")
	require.ErrorContains(t, err, "and should be "+pinned[releaseName()]+": the download is damaged or not the original")
	assert.Empty(t, names(t, tools.Folder))

	tools = newToolchain(t, release("nobody asks for these", original))
	tools.Checksums = pinned
	folder, err := tools.Install(t.Context(), "dev")
	require.NoError(t, err)
	assert.Equal(t, []string{"pulumi"}, names(t, folder))
}

func TestInstallBesideAnother(t *testing.T) {
	t.Parallel()
	skipWithoutTarball(t)

	archive := tarball(t, [2]string{"pulumi/pulumi", "ours"})
	var tools toolchain.Toolchain
	serve := release(checksumLine(releaseName(), archive), archive)
	tools = newToolchain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		installed := filepath.Join(tools.Folder, "pulumi-"+toolchain.PulumiVersion)
		assert.NoError(t, os.MkdirAll(installed, 0o750))
		assert.NoError(t, os.WriteFile(filepath.Join(installed, "pulumi"), []byte("theirs"), 0o600))
		serve(w, r)
	}))
	folder, err := tools.Install(t.Context(), "dev")
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(folder, "pulumi"))
	require.NoError(t, err)
	assert.Equal(t, "theirs", string(content))
	assert.Equal(t, []string{filepath.Base(folder)}, names(t, tools.Folder), "ours is taken away")
}

func TestInstallLeavesWhatIsInstalledAlone(t *testing.T) {
	t.Parallel()

	tools := newToolchain(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("nothing was to be downloaded, and %s was asked for", r.URL)
	}))
	installed := filepath.Join(tools.Folder, "pulumi-"+toolchain.PulumiVersion)
	require.NoError(t, os.MkdirAll(installed, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(installed, "pulumi"), []byte("mine"), 0o700))

	folder, err := tools.Install(t.Context(), "prod")
	require.NoError(t, err)
	assert.Equal(t, installed, folder)
	assert.Equal(t, []string{"pulumi"}, names(t, folder))
}

func TestInstallFailsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	skipWithoutTarball(t)

	good := tarball(t, [2]string{"pulumi/pulumi", strings.Repeat("the command ", 1000)})
	truncated := good[:len(good)/2]
	for name, test := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"wrong checksum": {release(checksumLine(releaseName(), []byte("other")), good), "the download is damaged or not the original"},
		"no checksum for this machine": {release(checksumLine("pulumi-v1-plan9-mips.tar.gz", good), good),
			"there is no release of Pulumi " + toolchain.PulumiVersion + " for this machine"},
		"not found":         {http.NotFoundHandler(), "checksums.txt: 404 Not Found"},
		"truncated archive": {release(checksumLine(releaseName(), truncated), truncated), "unpacking " + releaseName()},
		"not an archive":    {release(checksumLine(releaseName(), []byte("text")), []byte("text")), "reading gzip"},
		"a file twice": {func() http.Handler {
			twice := tarball(t, [2]string{"a/pulumi", "one"}, [2]string{"b/pulumi", "two"})
			return release(checksumLine(releaseName(), twice), twice)
		}(), "writing pulumi"},
		"connection broken off": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("too little"))
		}), "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			tools := newToolchain(t, test.handler)
			_, err := tools.Install(t.Context(), "dev")
			require.ErrorContains(t, err, test.want)
			assert.Empty(t, names(t, tools.Folder))
		})
	}
}

func TestInstallSaysWhatToDoWithoutNetwork(t *testing.T) {
	t.Parallel()

	tools := toolchain.New(t.TempDir(), t.Output())
	tools.Client = &http.Client{Transport: unreachable{}}
	_, err := tools.Install(t.Context(), "dev")
	require.ErrorIs(t, err, errUnreachable)
	assert.ErrorContains(t, err, "STACK=airgap")
	assert.Empty(t, names(t, tools.Folder))
}

func TestInstallEndsWithItsContext(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	tools := newToolchain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte("the beginning"))
		cancel()
		<-r.Context().Done()
	}))
	_, err := tools.Install(ctx, "dev")
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, names(t, tools.Folder))
}
