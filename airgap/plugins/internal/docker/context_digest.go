package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// digest is the official plugin's contextDigest, by which a change of the
// context is noticed: the SHA-256 over, for each file, its path, its mode in
// the form "-rw-r--r--", the SHA-256 of its content (of its target, for a
// symbolic link) and a zero byte. The Dockerfile comes first, always under the
// name Dockerfile and with no mode, and again in its place if it is in the
// context. (pulumi-docker 4.11, provider/provider.go, hashContext)
func (b buildContext) digest() (string, error) {
	patterns, err := b.ignored()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	if err := addToDigest(sum, b.dockerfile, "Dockerfile", 0); err != nil {
		return "", err
	}
	err = b.walk(patterns, func(path string, info fs.FileInfo) error {
		if info.IsDir() {
			return nil
		}
		return addToDigest(sum, filepath.Join(b.folder, path), path, info.Mode())
	})
	if err != nil {
		return "", fmt.Errorf("hashing the build context %s: %w", b.folder, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addToDigest adds one file. Writing to a hash never fails.
func addToDigest(sum hash.Hash, file, name string, mode fs.FileMode) error {
	content := sha256.New()
	switch {
	case mode.Type() == fs.ModeSymlink:
		target, err := filepath.EvalSymlinks(file)
		if err != nil {
			return fmt.Errorf("following the link %s: %w", file, err)
		}
		content.Write([]byte(filepath.ToSlash(filepath.Clean(target)))) // a hash never fails to write
	case mode.IsRegular():
		if err := hashFile(content, file); err != nil {
			return err
		}
	}
	sum.Write([]byte(name))
	sum.Write([]byte(mode.String()))
	sum.Write(content.Sum(nil))
	sum.Write([]byte{0})
	return nil
}

func hashFile(sum hash.Hash, path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := file.Close(); err == nil {
			err = closeErr
		}
	}()
	_, err = io.Copy(sum, file)
	return err
}
