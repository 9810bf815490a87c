package buildcontext

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

// contextFolder makes a build context.
func contextFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return folder
}

// entry is what one file adds to the digest of a context.
func entry(name, mode, content string) []byte {
	sum := sha256.Sum256([]byte(content))
	return append(append([]byte(name+mode), sum[:]...), 0)
}

func contextOf(t *testing.T, folder string) Context {
	t.Helper()
	source, err := Read(folder, filepath.Join(folder, "Dockerfile"))
	require.NoError(t, err)
	return source
}

func TestDigestIsThatOfTheOfficialPlugin(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n", "bin/app": "elf"})
	require.NoError(t, os.Chmod(filepath.Join(folder, "bin", "app"), 0o700))
	expected := sha256.New()
	expected.Write(entry("Dockerfile", "----------", "FROM scratch\n"))
	expected.Write(entry("Dockerfile", "-rw-------", "FROM scratch\n"))
	expected.Write(entry("bin/app", "-rwx------", "elf"))
	assert.Equal(t, hex.EncodeToString(expected.Sum(nil)), contextOf(t, folder).Digest)
}

func TestDigestChangesWithWhatTheBuildCanSee(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(folder string) error
		same   bool
	}{
		"nothing":        {func(string) error { return nil }, true},
		"a time":         {func(folder string) error { return os.WriteFile(folder+"/app", []byte("elf"), 0o600) }, true},
		"a content":      {func(folder string) error { return os.WriteFile(folder+"/app", []byte("ELF"), 0o600) }, false},
		"a mode":         {func(folder string) error { return os.Chmod(folder+"/app", 0o400) }, false},
		"a name":         {func(folder string) error { return os.Rename(folder+"/app", folder+"/web") }, false},
		"one more":       {func(folder string) error { return os.WriteFile(folder+"/new", nil, 0o600) }, false},
		"the Dockerfile": {func(folder string) error { return os.WriteFile(folder+"/Dockerfile", []byte("FROM x\n"), 0o600) }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n", "app": "elf"})
			before := contextOf(t, folder).Digest
			require.NoError(t, test.change(folder))
			assert.Equal(t, test.same, before == contextOf(t, folder).Digest)
		})
	}
}

func TestArchiveHasTheFilesAsRoot(t *testing.T) {
	t.Parallel()
	folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n", "bin/app": "elf"})
	require.NoError(t, os.Chmod(folder+"/bin/app", 0o755))
	stream := contextOf(t, folder).Archive
	type file struct {
		content string
		mode    int64
	}
	found := map[string]file{}
	for archive := tar.NewReader(stream); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		assert.Zero(t, header.Uid+header.Gid, "%s belongs to root", header.Name)
		content, err := io.ReadAll(archive)
		require.NoError(t, err)
		found[header.Name] = file{string(content), header.Mode}
	}
	assert.Equal(t, map[string]file{"Dockerfile": {"FROM scratch\n", 0o600}, "bin/app": {"elf", 0o755}}, found)
}

func TestAContextThatIsNotPlainIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change     func(folder string) error
		dockerfile string
		expected   string
	}{
		"patterns":                   {func(f string) error { return os.WriteFile(f+"/.dockerignore", nil, 0o600) }, "Dockerfile", ".dockerignore is not known"},
		"patterns of the Dockerfile": {func(f string) error { return os.WriteFile(f+"/Dockerfile.dockerignore", nil, 0o600) }, "Dockerfile", "Dockerfile.dockerignore is not known"},
		"a link":                     {func(f string) error { return os.Symlink("app", f+"/link") }, "Dockerfile", "link is not known"},
		"no Dockerfile":              {func(f string) error { return os.Remove(f + "/Dockerfile") }, "Dockerfile", "there is no Dockerfile"},
		"one elsewhere":              {func(string) error { return nil }, "../Dockerfile", "is not in the build context"},
		"nothing at all":             {os.RemoveAll, "Dockerfile", "reading the build context"},
		"a file that is not ours":    {func(f string) error { return os.Mkdir(f+"/Dockerfile2", 0o700) }, "Dockerfile2", "there is no Dockerfile"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := contextFolder(t, map[string]string{"Dockerfile": "FROM scratch\n"})
			require.NoError(t, test.change(folder))
			_, err := Read(folder, filepath.Join(folder, test.dockerfile))
			require.ErrorContains(t, err, test.expected)
		})
	}
}
