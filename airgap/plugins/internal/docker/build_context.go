package docker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// A buildContext is the folder that a build may read, and the Dockerfile,
// which may be outside of it.
type buildContext struct {
	folder     string
	dockerfile string
}

// relativeDockerfile is the Dockerfile's path inside the context; inside is
// false when it is elsewhere.
func (b buildContext) relativeDockerfile() (path string, inside bool, err error) {
	folder, folderErr := filepath.Abs(b.folder)
	dockerfile, fileErr := filepath.Abs(b.dockerfile)
	if err := errors.Join(folderErr, fileErr); err != nil {
		return "", false, fmt.Errorf("resolving the build context %s: %w", b.folder, err)
	}
	path, err = filepath.Rel(folder, dockerfile)
	if err != nil {
		return "", false, fmt.Errorf("resolving the Dockerfile %s: %w", b.dockerfile, err)
	}
	path = filepath.ToSlash(path)
	return path, path != ".." && !strings.HasPrefix(path, "../"), nil
}

// ignored reads the patterns of files to leave out: those beside the
// Dockerfile go before those of the context.
func (b buildContext) ignored() ([]string, error) {
	for _, path := range []string{b.dockerfile + ".dockerignore", filepath.Join(b.folder, ".dockerignore")} {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading what to ignore: %w", err)
		}
		patterns, err := ignorefile.ReadAll(file)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("reading what to ignore from %s: %w", path, err)
		}
		return patterns, nil
	}
	return nil, nil
}

// walk calls visit for every file and folder that no pattern leaves out, in
// lexical order, with its slash-separated path in the context.
func (b buildContext) walk(patterns []string, visit func(path string, info fs.FileInfo) error) error {
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return fmt.Errorf("reading what to ignore: %w", err)
	}
	return filepath.WalkDir(b.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == b.folder {
			return err
		}
		relative, err := filepath.Rel(b.folder, path)
		if err != nil {
			return err
		}
		leaveOut, err := matcher.MatchesOrParentMatches(relative)
		if err != nil {
			return fmt.Errorf("matching %s: %w", relative, err)
		}
		if leaveOut {
			// An exception may still name something inside the folder.
			if entry.IsDir() && !matcher.Exclusions() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(relative), info)
	})
}
