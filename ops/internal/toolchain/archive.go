package toolchain

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// maxProgram bounds one unpacked program; the largest is about 200 MiB.
const maxProgram = 1 << 30

// unpackPrograms writes every file of an archive whose name begins with pulumi into one folder, executable. Paths in the
// archive do not matter, so none can lead out of the folder.
func unpackPrograms(name string, archive []byte, folder string) error {
	if strings.HasSuffix(name, ".zip") {
		return unpackZip(archive, folder)
	}
	compressed, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return fmt.Errorf("reading gzip: %w", err)
	}
	for files := tar.NewReader(compressed); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading tar: %w", err)
		}
		if header.Typeflag == tar.TypeReg {
			if err := writeProgram(folder, header.Name, files, maxProgram); err != nil {
				return err
			}
		}
	}
}

// unpackZip is unpackPrograms for the form in which Pulumi is released for Windows.
func unpackZip(archive []byte, folder string) error {
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return fmt.Errorf("reading zip: %w", err)
	}
	for _, file := range files.File {
		if file.FileInfo().IsDir() {
			continue
		}
		content, err := file.Open()
		if err != nil {
			return fmt.Errorf("reading %s: %w", file.Name, err)
		}
		if err := errors.Join(writeProgram(folder, file.Name, content, maxProgram), content.Close()); err != nil {
			return err
		}
	}
	return nil
}

// writeProgram writes a program of at most so many bytes; of a file that is none it does nothing.
func writeProgram(folder, name string, content io.Reader, most int64) error {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if !strings.HasPrefix(base, "pulumi") {
		return nil
	}
	//nolint:gosec // a program must be executable
	file, err := os.OpenFile(filepath.Join(folder, base), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return fmt.Errorf("writing %s: %w", base, err)
	}
	written, err := io.Copy(file, io.LimitReader(content, most+1))
	if err == nil && written > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", base, err)
	}
	return nil
}
