package trim

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// copyTree copies a module without its tests and their data, which are most of its files. The module cache is read-only; the
// copy can be removed.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case entry.IsDir() && entry.Name() == "testdata":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o750)
		case strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
}

// writeModuleFiles writes a go.mod like the one in folder that replaces the modules by their copies in target, and the go.sum
// that goes with it.
func writeModuleFiles(ctx context.Context, folder, target string, modules []Module) error {
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return fmt.Errorf("reading the module files: %w", err)
		}
		if err := os.WriteFile(filepath.Join(target, name), content, 0o600); err != nil {
			return fmt.Errorf("writing the module files: %w", err)
		}
	}
	argv := []string{"go", "mod", "edit"}
	for _, module := range modules {
		copied, err := filepath.Abs(filepath.Join(target, module.Path))
		if err != nil {
			return err
		}
		argv = append(argv, "-replace="+module.Path+"="+copied)
	}
	return command.Run(ctx, command.Command{Argv: append(argv, filepath.Join(target, "go.mod"))})
}
