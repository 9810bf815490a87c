package trim

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
func writeModuleFiles(folder, target string, modules []Module) error {
	content, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return fmt.Errorf("reading the module file: %w", err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(content)) {
		if !slices.ContainsFunc(modules, func(m Module) bool { return replaces(line, m.Path) }) {
			kept.WriteString(line)
		}
	}
	for _, module := range modules {
		copied, err := filepath.Abs(filepath.Join(target, module.Path))
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(&kept, "replace %s => %q\n", module.Path, copied) // a Builder never fails
	}
	if err := os.WriteFile(filepath.Join(target, "go.mod"), []byte(kept.String()), 0o600); err != nil {
		return fmt.Errorf("writing the module file: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return fmt.Errorf("reading the checksums: %w", err)
	}
	if err := os.WriteFile(filepath.Join(target, "go.sum"), sums, 0o600); err != nil {
		return fmt.Errorf("writing the checksums: %w", err)
	}
	return nil
}

// replaces tells whether a line of a go.mod replaces a module.
func replaces(line, module string) bool {
	fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "replace "))
	return len(fields) > 1 && fields[0] == module && fields[1] == "=>"
}
