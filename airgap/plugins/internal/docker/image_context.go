package docker

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A buildContext is what a build may read, in memory: the program gives it a binary and a Dockerfile.
type buildContext struct {
	dockerfile string // its name among the files
	files      []contextFile
}

// contextFile is a file by its path in the context, with slashes.
type contextFile struct {
	path    string
	mode    fs.FileMode
	content []byte
}

// readContext reads all files of a folder in lexical order. What the official plugin treats in a way of its own is refused:
// a .dockerignore, links, a Dockerfile that is elsewhere.
func readContext(folder, dockerfile string) (buildContext, error) {
	relative, err := filepath.Rel(folder, dockerfile)
	source := buildContext{dockerfile: filepath.ToSlash(relative)}
	if err != nil || !filepath.IsLocal(relative) {
		return source, fmt.Errorf("the Dockerfile %s is not in the build context %s: paths are relative to the program", dockerfile, folder)
	}
	err = fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if path == ".dockerignore" || path == source.dockerfile+".dockerignore" || !entry.Type().IsRegular() {
			return fmt.Errorf("%s is not known to %s: it builds from plain files, all of them", path, closed)
		}
		info, infoErr := entry.Info()
		content, readErr := os.ReadFile(filepath.Join(folder, path))
		if err := errors.Join(infoErr, readErr); err != nil {
			return err
		}
		source.files = append(source.files, contextFile{path, info.Mode(), content})
		return nil
	})
	if err != nil {
		return source, fmt.Errorf("reading the build context %s: %w", folder, err)
	}
	if _, found := source.find(source.dockerfile); !found {
		return source, fmt.Errorf("there is no Dockerfile %s: paths are relative to the program", dockerfile)
	}
	return source, nil
}

func (b buildContext) find(path string) (contextFile, bool) {
	for _, file := range b.files {
		if file.path == path {
			return file, true
		}
	}
	return contextFile{}, false
}

// digest is the official plugin's contextDigest: the SHA-256 over, for each file, its path, its mode in the form
// "-rw-r--r--", the SHA-256 of its content and a zero byte. The Dockerfile comes first, always under the name Dockerfile
// and with no mode, and again in its place. (pulumi-docker 4.11, provider/provider.go, hashContext)
func (b buildContext) digest() string {
	dockerfile, _ := b.find(b.dockerfile)
	sum := sha256.New()
	for _, file := range append([]contextFile{{"Dockerfile", 0, dockerfile.content}}, b.files...) {
		content := sha256.Sum256(file.content)
		_, _ = fmt.Fprintf(sum, "%s%s%s\x00", file.path, file.mode, content[:]) // a hash never fails to write
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// archive is the context as a tar archive, owned by root as in every docker build and without times, so that the same files
// give the same archive.
func (b buildContext) archive() (*bytes.Buffer, error) {
	buffer := &bytes.Buffer{}
	writer := tar.NewWriter(buffer)
	for _, file := range b.files {
		header := &tar.Header{Name: file.path, Mode: int64(file.mode.Perm()), Size: int64(len(file.content))}
		if err := writer.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("archiving %s: %w", file.path, err)
		}
		if _, err := writer.Write(file.content); err != nil {
			return nil, fmt.Errorf("archiving %s: %w", file.path, err)
		}
	}
	return buffer, writer.Close()
}
