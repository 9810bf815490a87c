// Package trim leaves parts of upstream modules out of the build: what a closed machine never uses, and what costs most to
// compile. It copies the modules concerned, without their tests, changes the copies, and writes a go.mod that builds with these
// copies in place of the modules. Nothing is changed silently: a file that is not as it was when the change was written fails the
// build, so that a new version of a module is looked at.
package trim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
)

// Module is a module of which parts are left out.
type Module struct {
	// Path is its module path.
	Path string
	// Changes are made to its copy, in this order.
	Changes []Change
}

// Change is one to a file or a folder of a module.
type Change struct {
	// Path is relative to the module.
	Path string
	// Edits are made to the file. With none of them, and no Content, it is removed.
	Edits []Edit
	// Content takes the place of the file.
	Content string
	// Keep are the Go files that stay in the folder Path; all others are removed.
	Keep []string
}

// Edit replaces the text from the first occurrence of From up to the next one of Until by With. Without Until, From alone is
// replaced. With Every, all that matches this regular expression is removed.
type Edit struct{ From, Until, With, Every string }

// Write copies the modules that the go.mod in folder requires into target, changes the copies, and returns the path of a go.mod for
// `go build -modfile`. What was in target before is removed.
func Write(ctx context.Context, folder, target string, modules []Module) (modfile string, err error) {
	if err := os.RemoveAll(target); err != nil {
		return "", fmt.Errorf("removing the sources of an earlier build: %w", err)
	}
	folders, err := download(ctx, folder, modules)
	if err != nil {
		return "", err
	}
	for i, module := range modules {
		if err := module.write(folders[i], filepath.Join(target, module.Path)); err != nil {
			return "", fmt.Errorf("leaving parts of %s out: %w", module.Path, err)
		}
	}
	return filepath.Join(target, "go.mod"), writeModuleFiles(ctx, folder, target, modules)
}

// download returns where the go command keeps the modules, and fetches those that are not there yet.
func download(ctx context.Context, folder string, modules []Module) ([]string, error) {
	argv := []string{"go", "mod", "download", "-json"}
	for _, module := range modules {
		argv = append(argv, module.Path)
	}
	printed, err := command.Output(ctx, command.Command{Argv: argv, Dir: folder, Env: []string{"GOWORK=off"}})
	if err != nil {
		return nil, err
	}
	var folders []string
	for decoder := json.NewDecoder(strings.NewReader(printed)); decoder.More(); {
		var downloaded struct{ Dir string }
		if err := decoder.Decode(&downloaded); err != nil {
			return nil, fmt.Errorf("reading what go mod download has printed: %w", err)
		}
		folders = append(folders, downloaded.Dir)
	}
	if len(folders) != len(modules) {
		return nil, fmt.Errorf("downloading %d modules: go mod download has told of %d", len(modules), len(folders))
	}
	return folders, nil
}

// write makes the changed copy.
func (m Module) write(from, to string) error {
	if err := copyTree(from, to); err != nil {
		return err
	}
	for _, change := range m.Changes {
		if err := change.apply(to); err != nil {
			return fmt.Errorf("%s: %w", change.Path, err)
		}
	}
	return nil
}

// errChanged is the error of a change that does not fit.
var errChanged = errors.New("it is not what the change was written for: adapt airgap/build/internal/trim to this version of the module")

func (c Change) apply(module string) error {
	path := filepath.Join(module, c.Path)
	if len(c.Keep) > 0 {
		return keepOnly(path, c.Keep)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	if c.Content == "" && len(c.Edits) == 0 {
		return os.Remove(path)
	}
	text := string(content)
	if c.Content != "" {
		text = c.Content
	}
	for _, edit := range c.Edits {
		if text, err = edit.apply(text); err != nil {
			return err
		}
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

func (e Edit) apply(text string) (string, error) {
	if e.Every != "" {
		return withoutMatches(text, e.Every)
	}
	before, rest, found := strings.Cut(text, e.From)
	if !found {
		return "", fmt.Errorf("%q is not there: %w", e.From, errChanged)
	}
	if e.Until != "" {
		at := strings.Index(rest, e.Until)
		if at < 0 {
			return "", fmt.Errorf("%q is not there after %q: %w", e.Until, e.From, errChanged)
		}
		rest = rest[at:]
	}
	return before + e.With + rest, nil
}

// withoutMatches removes what matches, of which there must be some.
func withoutMatches(text, expression string) (string, error) {
	pattern, err := regexp.Compile(expression)
	if err != nil {
		return "", err
	}
	if !pattern.MatchString(text) {
		return "", fmt.Errorf("nothing matches %q: %w", expression, errChanged)
	}
	return pattern.ReplaceAllString(text, ""), nil
}

// keepOnly removes the other Go files of a folder.
func keepOnly(folder string, names []string) error {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("%w: %w", errChanged, err)
		}
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	for _, file := range found {
		if !slices.Contains(names, filepath.Base(file)) {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}
