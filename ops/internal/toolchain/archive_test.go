package toolchain

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// entries of both kinds of archive: the programs, what is not one, and names that try to lead out of the folder.
func entries() map[string]string {
	return map[string]string{
		"pulumi/pulumi":                  "the command",
		"pulumi/bin/pulumi-language-go":  "the host",
		"pulumi/LICENSE":                 "text",
		"../../pulumi-outside":           "above",
		"/etc/pulumi-absolute":           "rooted",
		`..\..\pulumi-windows`:           "above, on Windows",
		"pulumi/../../escape/not-a-tool": "neither",
	}
}

func asTar(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	archive := tar.NewWriter(compressed)
	for name, content := range entries() {
		require.NoError(t, archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content))}))
		_, err := io.WriteString(archive, content)
		require.NoError(t, err)
	}
	link := &tar.Header{Typeflag: tar.TypeSymlink, Name: "pulumi-link", Linkname: "/etc/passwd"}
	require.NoError(t, archive.WriteHeader(link))
	require.NoError(t, archive.Close())
	require.NoError(t, compressed.Close())
	return packed.Bytes()
}

func asZip(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for name, content := range entries() {
		writer, err := archive.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(writer, content)
		require.NoError(t, err)
	}
	_, err := archive.Create("pulumi-folder/")
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	return packed.Bytes()
}

func TestUnpackProgramsStaysInItsFolder(t *testing.T) {
	t.Parallel()

	for name, archive := range map[string][]byte{"release.tar.gz": asTar(t), "release.zip": asZip(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root := t.TempDir()
			folder := filepath.Join(root, "a", "b", "programs")
			require.NoError(t, os.MkdirAll(folder, 0o750))
			require.NoError(t, unpackPrograms(name, archive, folder))

			var files []string
			require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
				if err == nil && !entry.IsDir() {
					files = append(files, strings.TrimPrefix(path, folder+string(os.PathSeparator)))
				}
				return err
			}))
			assert.ElementsMatch(t,
				[]string{"pulumi", "pulumi-language-go", "pulumi-outside", "pulumi-absolute", "pulumi-windows"}, files)
			content, err := os.ReadFile(filepath.Join(folder, "pulumi"))
			require.NoError(t, err)
			assert.Equal(t, "the command", string(content))
		})
	}
}

func TestUnpackProgramsRefusesDamage(t *testing.T) {
	t.Parallel()

	for name, archive := range map[string][]byte{"release.tar.gz": asTar(t), "release.zip": asZip(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			assert.Error(t, unpackPrograms(name, archive[:len(archive)-len(archive)/3], t.TempDir()))
		})
	}
}

// endless is a file that never ends, as one that is packed well enough.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestWriteProgramIsBounded(t *testing.T) {
	t.Parallel()

	assert.ErrorContains(t, writeProgram(t.TempDir(), "pulumi", endless{}, 1<<20), "writing pulumi: it is larger than 1048576 bytes")
}

func TestReadAtMost(t *testing.T) {
	t.Parallel()

	content, err := readAtMost(strings.NewReader("1234"), 4)
	require.NoError(t, err)
	assert.Equal(t, "1234", string(content))
	_, err = readAtMost(strings.NewReader("12345"), 4)
	assert.EqualError(t, err, "it is larger than 4 bytes")
}

func TestArchiveFile(t *testing.T) {
	t.Parallel()

	for system, want := range map[[2]string]string{
		{"linux", "amd64"}:   "pulumi-v" + PulumiVersion + "-linux-x64.tar.gz",
		{"darwin", "arm64"}:  "pulumi-v" + PulumiVersion + "-darwin-arm64.tar.gz",
		{"windows", "amd64"}: "pulumi-v" + PulumiVersion + "-windows-x64.zip",
	} {
		assert.Equal(t, want, archiveFile(system[0], system[1]))
	}
}

// The sums are those of one version: whoever raises it has to bring new ones.
func TestChecksumsAreOfThisVersion(t *testing.T) {
	t.Parallel()

	pinned := New(t.TempDir(), t.Output()).Checksums
	assert.Len(t, pinned, 4)
	for _, system := range []string{"linux", "darwin"} {
		for _, architecture := range []string{"amd64", "arm64"} {
			assert.Regexp(t, "^[0-9a-f]{64}$", pinned[archiveFile(system, architecture)], "%s on %s", system, architecture)
		}
	}
}
