package docker

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// entry is what one file adds to the digest of a context.
func entry(name, mode, content string) []byte {
	sum := sha256.Sum256([]byte(content))
	return append(append([]byte(name+mode), sum[:]...), 0)
}

func TestDigestIsThatOfTheOfficialPlugin(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n", "bin/app": "elf"})
	require.NoError(t, os.Chmod(filepath.Join(folder, "bin", "app"), 0o700))
	digest, err := buildContext{folder: folder, dockerfile: filepath.Join(folder, "Dockerfile")}.digest()
	require.NoError(t, err)
	expected := sha256.New()
	expected.Write(entry("Dockerfile", "----------", "FROM scratch\n"))
	expected.Write(entry("Dockerfile", "-rw-------", "FROM scratch\n"))
	expected.Write(entry("bin/app", "-rwx------", "elf"))
	assert.Equal(t, hex.EncodeToString(expected.Sum(nil)), digest)
}

func TestDigestChangesWithWhatTheBuildCanSee(t *testing.T) {
	t.Parallel()
	files := map[string]string{"Dockerfile": "FROM scratch\n", "app": "elf", "log/a": "1", ".dockerignore": "log\n"}
	tests := map[string]struct {
		change func(folder string) error
		same   bool
	}{
		"nothing":         {func(string) error { return nil }, true},
		"an ignored file": {func(folder string) error { return os.WriteFile(folder+"/log/a", []byte("2"), 0o600) }, true},
		"a time":          {func(folder string) error { return os.WriteFile(folder+"/app", []byte("elf"), 0o600) }, true},
		"a content":       {func(folder string) error { return os.WriteFile(folder+"/app", []byte("ELF"), 0o600) }, false},
		"a mode":          {func(folder string) error { return os.Chmod(folder+"/app", 0o400) }, false},
		"a name":          {func(folder string) error { return os.Rename(folder+"/app", folder+"/web") }, false},
		"a new link":      {func(folder string) error { return os.Symlink("app", folder+"/link") }, false},
		"the Dockerfile":  {func(folder string) error { return os.WriteFile(folder+"/Dockerfile", []byte("FROM x\n"), 0o600) }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := contextFolder(t, files)
			source := buildContext{folder: folder, dockerfile: filepath.Join(folder, "Dockerfile")}
			before, err := source.digest()
			require.NoError(t, err)
			require.NoError(t, test.change(folder))
			after, err := source.digest()
			require.NoError(t, err)
			assert.Equal(t, test.same, before == after)
		})
	}
}

// archived returns the contents by name of the context's archive.
func archived(t *testing.T, source buildContext) (map[string]string, string) {
	t.Helper()
	stream, dockerfile, err := source.archive()
	require.NoError(t, err)
	defer func() { assert.NoError(t, stream.Close()) }()
	files := map[string]string{}
	for archive := tar.NewReader(stream); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, dockerfile
		}
		require.NoError(t, err)
		assert.Zero(t, header.Uid+header.Gid, "%s belongs to root", header.Name)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		files[header.Name] = string(content)
	}
}

func TestArchiveLeavesOutWhatIsIgnored(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{
		"Dockerfile": "FROM scratch\n", "app": "elf", "log/a": "1", "log/keep": "2", ".dockerignore": "*\n!app\n!log/keep\n",
	})
	files, dockerfile := archived(t, buildContext{folder: folder, dockerfile: filepath.Join(folder, "Dockerfile")})
	assert.Equal(t, "Dockerfile", dockerfile)
	assert.Equal(t, map[string]string{"Dockerfile": "FROM scratch\n", "app": "elf", "log/keep": "2"}, files)
}

func TestArchiveTakesADockerfileFromOutside(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"app": "elf"})
	outside := filepath.Join(contextFolder(t, map[string]string{"Web.dockerfile": "FROM scratch\n"}), "Web.dockerfile")
	files, dockerfile := archived(t, buildContext{folder: folder, dockerfile: outside})
	assert.Equal(t, map[string]string{"app": "elf", dockerfile: "FROM scratch\n"}, files)
}

func TestArchiveStopsWhenNobodyReads(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n", "app": "elf"})
	stream, _, err := buildContext{folder: folder, dockerfile: filepath.Join(folder, "Dockerfile")}.archive()
	require.NoError(t, err)
	require.NoError(t, stream.Close())
	_, err = stream.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}
