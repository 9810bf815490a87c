package docker

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// outsideDockerfile is the name in the archive of a Dockerfile that is not in
// the context.
const outsideDockerfile = ".outside.Dockerfile"

// archive streams the context as a tar archive, owned by root as in every
// docker build. The reader must be closed; it then stops reading files.
func (b buildContext) archive() (stream io.ReadCloser, dockerfile string, err error) {
	patterns, err := b.ignored()
	if err != nil {
		return nil, "", err
	}
	dockerfile, inside, err := b.relativeDockerfile()
	if err != nil {
		return nil, "", err
	}
	if inside {
		// The engine needs the Dockerfile, even one that is ignored.
		patterns = append(patterns, "!"+dockerfile)
	} else {
		dockerfile = outsideDockerfile
	}
	reader, writer := io.Pipe()
	go func() {
		archive := tar.NewWriter(writer)
		err := b.walk(patterns, func(path string, info fs.FileInfo) error {
			return addToArchive(archive, filepath.Join(b.folder, path), path, info)
		})
		if err == nil && !inside {
			err = b.addDockerfile(archive)
		}
		// The reader gets the error, or the end of the archive.
		_ = writer.CloseWithError(errors.Join(err, archive.Close()))
	}()
	return reader, dockerfile, nil
}

func (b buildContext) addDockerfile(archive *tar.Writer) error {
	info, err := os.Stat(b.dockerfile)
	if err != nil {
		return err
	}
	return addToArchive(archive, b.dockerfile, outsideDockerfile, info)
}

// addToArchive writes one file, folder or link. Times stay: the builder ignores
// them when it looks for a cached layer.
func addToArchive(archive *tar.Writer, file, name string, info fs.FileInfo) error {
	link := ""
	if info.Mode().Type() == fs.ModeSymlink {
		target, err := os.Readlink(file)
		if err != nil {
			return err
		}
		link = target
	}
	header, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return fmt.Errorf("archiving %s: %w", file, err)
	}
	header.Name = name
	if info.IsDir() {
		header.Name += "/"
	}
	header.Uid, header.Gid, header.Uname, header.Gname = 0, 0, "", ""
	if err := archive.WriteHeader(header); err != nil || !info.Mode().IsRegular() {
		return err
	}
	content, err := os.Open(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(archive, content)
	return errors.Join(err, content.Close())
}
