package langhost

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A program's go.mod, and the folder that it is in.
type goModule struct {
	folder string
	file   *modfile.File
}

// readModule reads the go.mod in the program's folder or the nearest one
// above. It does not ask the go command, which would take longer than all the
// rest of an update without changes.
func readModule(programFolder string) (goModule, error) {
	folder, err := filepath.Abs(programFolder)
	if err != nil {
		return goModule{}, fmt.Errorf("resolving %s: %w", programFolder, err)
	}
	for {
		path := filepath.Join(folder, "go.mod")
		content, err := os.ReadFile(path)
		switch {
		case err == nil:
			file, err := modfile.Parse(path, content, nil)
			if err != nil {
				return goModule{}, fmt.Errorf("reading the program's go.mod: %w", err)
			}
			return goModule{folder: folder, file: file}, nil
		case !errors.Is(err, fs.ErrNotExist):
			return goModule{}, fmt.Errorf("reading the program's go.mod: %w", err)
		case filepath.Dir(folder) == folder:
			return goModule{}, fmt.Errorf("reading the program's go.mod: there is none in %s or above: run \"go mod init\"", programFolder)
		}
		folder = filepath.Dir(folder)
	}
}

// source returns the version of a required module that the build uses and the
// folder with its source. Since Go 1.17 a tidy go.mod lists every module of
// the build with the version that was chosen, so that nothing is left to resolve.
func (m goModule) source(required module.Version, cache string) (module.Version, string, error) {
	for _, replace := range m.file.Replace {
		if replace.Old.Path != required.Path || replace.Old.Version != "" && replace.Old.Version != required.Version {
			continue
		}
		if replace.New.Version == "" { // a folder
			if filepath.IsAbs(replace.New.Path) {
				return required, replace.New.Path, nil
			}
			return required, filepath.Join(m.folder, replace.New.Path), nil
		}
		folder, err := cached(cache, replace.New)
		return module.Version{Path: required.Path, Version: replace.New.Version}, folder, err
	}
	folder, err := cached(cache, required)
	return required, folder, err
}

// cached is where the module cache has the source of a module.
func cached(cache string, version module.Version) (string, error) {
	path, err := module.EscapePath(version.Path)
	if err != nil {
		return "", fmt.Errorf("module %s: %w", version.Path, err)
	}
	number, err := module.EscapeVersion(version.Version)
	if err != nil {
		return "", fmt.Errorf("module %s: %w", version.Path, err)
	}
	return filepath.Join(cache, path+"@"+number), nil
}
