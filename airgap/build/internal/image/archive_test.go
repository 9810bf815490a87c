package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// entries reads an archive into header and content by name.
func entries(t *testing.T, archive []byte) map[string]entry {
	t.Helper()
	found := map[string]entry{}
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		found[header.Name] = entry{header, content}
	}
}

type entry struct {
	*tar.Header
	content []byte
}

func TestFilesKeepWhatIsSaidOfThem(t *testing.T) {
	t.Parallel()
	source := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(source, []byte("machine code"), 0o600); err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	archive := NewArchive(&written)
	archive.File("usr/bin/program", 0o755, source)
	archive.Link("usr/bin/alias", "program")
	archive.Folder("var/lib/data", 0o750, 65532)
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	found := entries(t, written.Bytes())
	if program := found["usr/bin/program"]; string(program.content) != "machine code" || program.Mode != 0o755 || program.Uid != 0 {
		t.Errorf("program: %+v", program)
	}
	if link := found["usr/bin/alias"]; link.Typeflag != tar.TypeSymlink || link.Linkname != "program" {
		t.Errorf("link: %+v", link)
	}
	if folder := found["var/lib/data/"]; folder.Typeflag != tar.TypeDir || folder.Uid != 65532 || folder.Mode != 0o750 {
		t.Errorf("folder: %+v", folder)
	}
}

func TestPartOfAnotherArchiveIsTaken(t *testing.T) {
	t.Parallel()
	var root bytes.Buffer
	original := NewArchive(&root)
	original.Content("./usr/bin/wanted", 0o755, []byte("yes"))
	original.Content("./usr/bin/other", 0o755, []byte("no"))
	if err := original.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "root.tar")
	if err := os.WriteFile(path, root.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	archive := NewArchive(&written)
	archive.Tar(path, func(name string) bool { return name == "usr/bin/wanted" })
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	found := entries(t, written.Bytes())
	if len(found) != 1 || string(found["./usr/bin/wanted"].content) != "yes" {
		t.Errorf("got %v", found)
	}
}

func TestFirstErrorIsKept(t *testing.T) {
	t.Parallel()
	archive := NewArchive(io.Discard)
	archive.File("a", 0o644, filepath.Join(t.TempDir(), "missing"))
	archive.Content("b", 0o644, []byte("b"))
	if err := archive.Close(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestSingleProgramIsASavedImage(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "pause")
	if err := os.WriteFile(program, []byte("machine code"), 0o600); err != nil {
		t.Fatal(err)
	}
	saved, err := SingleProgram("localhost/pause:1", program)
	if err != nil {
		t.Fatal(err)
	}
	found := entries(t, saved)
	var manifest []struct {
		Config           string
		RepoTags, Layers []string
	}
	if err := json.Unmarshal(found["manifest.json"].content, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 1 || strings.Join(manifest[0].RepoTags, " ") != "localhost/pause:1" {
		t.Fatalf("manifest %+v", manifest)
	}
	var config struct {
		Config struct{ User string }
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(found[manifest[0].Config].content, &config); err != nil {
		t.Fatal(err)
	}
	layer := found[manifest[0].Layers[0]].content
	if len(config.RootFS.DiffIDs) != 1 || config.RootFS.DiffIDs[0] != digest(layer) || config.Config.User != "65535:65535" {
		t.Errorf("config %+v", config)
	}
	if inside := entries(t, layer); string(inside["program"].content) != "machine code" {
		t.Errorf("layer %v", inside)
	}
}
