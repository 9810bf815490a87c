// Package fingerprint identifies the inputs of a step, and remembers which ones a result was made of.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Of returns the fingerprint of texts and of the files at and below paths, with their names relative to root. Tests
// and test data are left out: they are no input of any result.
func Of(root string, paths, texts []string) (string, error) {
	sum := sha256.New()
	for _, text := range texts {
		_, _ = fmt.Fprintf(sum, "text %d %s\n", len(text), text) // A hash never fails to write.
	}
	for _, path := range paths {
		if err := addTree(sum, root, path); err != nil {
			return "", fmt.Errorf("fingerprinting %s: %w", path, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addTree adds the files in the order of their names, which WalkDir guarantees.
func addTree(sum hash.Hash, root, path string) error {
	return filepath.WalkDir(filepath.Join(root, path), func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return filepath.SkipDir
		case !entry.Type().IsRegular() || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		return addFile(sum, root, file)
	})
}

// addFile adds the name too: moving a file changes what is built.
func addFile(sum hash.Hash, root, path string) error {
	name, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err == nil {
		_, err = fmt.Fprintf(sum, "file %q %x\n", name, sha256.Sum256(content))
	}
	return err
}

// Matches says whether the result whose fingerprint is kept at path was made of what fingerprint identifies.
func Matches(path, fingerprint string) (bool, error) {
	kept, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && string(kept) == fingerprint, err
}

// Keep remembers the fingerprint of a result at path. It is called after the result is in its place.
func Keep(path, fingerprint string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(fingerprint), 0o600)
}
