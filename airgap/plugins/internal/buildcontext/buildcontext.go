// Package buildcontext reads what a Docker build may read.
package buildcontext

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

// A Context is what a build may read, in memory: the program gives it a binary and a Dockerfile.
type Context struct {
	// Dockerfile is its name among the files.
	Dockerfile string
	// Digest is the official plugin's contextDigest: the SHA-256 over, for each file, its path, its mode in the form
	// "-rw-r--r--", the SHA-256 of its content and a zero byte. The Dockerfile comes first, always under the name Dockerfile
	// and with no mode, and again in its place. (pulumi-docker 4.11, provider/provider.go, hashContext)
	Digest string
	// Archive has the files in lexical order, owned by root as in every docker build and without times, so that the same
	// files give the same archive.
	Archive *bytes.Buffer
}

// Read reads all files of a folder. What the official plugin treats in a way of its own is refused: a .dockerignore,
// links, a Dockerfile that is elsewhere.
func Read(folder, dockerfile string) (source Context, err error) {
	relative, err := filepath.Rel(folder, dockerfile)
	if err != nil || !filepath.IsLocal(relative) {
		return source, fmt.Errorf("the Dockerfile %s is not in the build context %s: paths are relative to the program", dockerfile, folder)
	}
	if _, err := os.Stat(folder); err != nil {
		return source, fmt.Errorf("reading the build context %s: %w", folder, err)
	}
	instructions, err := os.ReadFile(dockerfile)
	if err != nil {
		return source, fmt.Errorf("there is no Dockerfile %s: paths are relative to the program: %w", dockerfile, err)
	}
	source = Context{Dockerfile: filepath.ToSlash(relative), Archive: &bytes.Buffer{}}
	sum, writer := sha256.New(), tar.NewWriter(source.Archive)
	add := func(path string, mode fs.FileMode, content []byte) {
		hashed := sha256.Sum256(content)
		_, _ = fmt.Fprintf(sum, "%s%s%s\x00", path, mode, hashed[:]) // a hash never fails to write
	}
	add("Dockerfile", 0, instructions)
	err = fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if path == ".dockerignore" || path == source.Dockerfile+".dockerignore" || !entry.Type().IsRegular() {
			return fmt.Errorf("%s is not known to the docker plugin for closed machines: it builds from plain files, all of them", path)
		}
		info, infoErr := entry.Info()
		content, readErr := os.ReadFile(filepath.Join(folder, path))
		if err := errors.Join(infoErr, readErr); err != nil {
			return err
		}
		add(path, info.Mode(), content)
		err = writer.WriteHeader(&tar.Header{Name: path, Mode: int64(info.Mode().Perm()), Size: int64(len(content))})
		if err == nil {
			_, err = writer.Write(content)
		}
		return err
	})
	if err = errors.Join(err, writer.Close()); err != nil {
		return source, fmt.Errorf("reading the build context %s: %w", folder, err)
	}
	source.Digest = hex.EncodeToString(sum.Sum(nil))
	return source, nil
}
