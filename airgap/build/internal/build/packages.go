package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/debian"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// temporaryPackages begins the names of the folders in which root file systems are made.
const temporaryPackages = ".debian-"

// rootFilesystemTask makes output/work/<name>.tar out of Debian packages. It returns the step, the path of the file and
// the fingerprint of its inputs.
func rootFilesystemTask(name, title, output string, wanted debian.RootFilesystem) (made *task.Task, path, identity string, err error) {
	identity, err = fingerprint.Of("", nil, []string{wanted.Codename, string(wanted.Variant), strings.Join(wanted.Packages, " ")})
	if err != nil {
		return nil, "", "", err
	}
	path = filepath.Join(output, "work", name+".tar")
	return keptTask(title, filepath.Join(output, "state", name), identity, []string{path}, func(ctx context.Context) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		return makeRootFilesystem(ctx, wanted, path)
	}), path, identity, nil
}

// makeRootFilesystem makes the file in a folder of its own and moves it to its place when it is whole.
func makeRootFilesystem(ctx context.Context, wanted debian.RootFilesystem, path string) (err error) {
	folder, err := os.MkdirTemp(filepath.Dir(path), temporaryPackages)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	made := filepath.Join(folder, "rootfs.tar")
	if err := wanted.Make(ctx, folder, made); err != nil {
		return err
	}
	return os.Rename(made, path)
}
