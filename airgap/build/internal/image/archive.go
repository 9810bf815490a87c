// Package image puts Docker images together out of files, without a builder: as one tar stream that Docker imports.
package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"
)

// Archive writes the files of an image. The first error is kept and makes every later call do nothing; Close returns it.
type Archive struct {
	writer *tar.Writer
	err    error
}

// NewArchive returns an archive that is written to destination.
func NewArchive(destination io.Writer) *Archive {
	return &Archive{writer: tar.NewWriter(destination)}
}

// epoch is the time of every file that does not come from a package, so that equal inputs make equal images.
var epoch = time.Unix(0, 0)

// Content adds a file with the given content, owned by root.
func (a *Archive) Content(name string, mode int64, content []byte) {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content)), ModTime: epoch}
	a.add(header, strings.NewReader(string(content)))
}

// File adds a copy of a file of this machine, owned by root.
func (a *Archive) File(name string, mode int64, source string) {
	a.open(source, func(file *os.File) error {
		info, err := file.Stat()
		if err == nil {
			a.add(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: info.Size(), ModTime: epoch}, file)
		}
		return err
	})
}

// open reads a file of this machine.
func (a *Archive) open(source string, read func(*os.File) error) {
	if a.err != nil {
		return
	}
	file, err := os.Open(source)
	if err != nil {
		a.err = err
		return
	}
	err = read(file)
	a.err = errors.Join(a.err, err, file.Close())
}

// Folder adds an empty folder that belongs to the given user and group.
func (a *Archive) Folder(name string, mode int64, owner int) {
	a.add(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode, Uid: owner, Gid: owner, ModTime: epoch}, nil)
}

// Link adds a symbolic link.
func (a *Archive) Link(name, target string) {
	a.add(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777, ModTime: epoch}, nil)
}

// Tar adds the entries of another archive whose cleaned names, such as "usr/bin/env", keep accepts.
func (a *Archive) Tar(source string, keep func(name string) bool) {
	a.open(source, func(file *os.File) error {
		for reader := tar.NewReader(file); a.err == nil; {
			header, err := reader.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("reading %s: %w", source, err)
			}
			if keep(strings.TrimPrefix(path.Clean("/"+header.Name), "/")) {
				a.add(header, reader)
			}
		}
		return nil
	})
}

// Close ends the archive and returns the first error of all calls.
func (a *Archive) Close() error {
	if a.err != nil {
		return a.err
	}
	return a.writer.Close()
}

// add is the one place that writes.
func (a *Archive) add(header *tar.Header, content io.Reader) {
	if a.err != nil {
		return
	}
	if err := a.writer.WriteHeader(header); err != nil {
		a.err = fmt.Errorf("adding %s: %w", header.Name, err)
		return
	}
	if content == nil {
		return
	}
	if _, err := io.Copy(a.writer, content); err != nil {
		a.err = fmt.Errorf("adding %s: %w", header.Name, err)
	}
}
