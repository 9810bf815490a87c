package mutation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// code is a package with what the compiler knows of it.
type code struct {
	path, name, folder string
	files              map[string]*source // by path
	set                *token.FileSet
	imports            types.Importer
	types              *types.Package
	info               *types.Info
}

// source is one file of a package, without those for tests.
type source struct {
	text []byte
	tree *ast.File
}

// listed is what go list says about a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles                       []string
	DepOnly                       bool
}

// load reads a package of the module in a folder.
func load(ctx context.Context, folder, pattern string) (*code, error) {
	packages, err := list(ctx, folder, pattern)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	var found *listed
	for i, each := range packages {
		exports[each.ImportPath] = each.Export
		if !each.DepOnly && !slices.Contains(needed, each.ImportPath) {
			found = &packages[i]
		}
	}
	if found == nil {
		return nil, fmt.Errorf("loading %s: there is no such package", pattern)
	}
	c := &code{path: found.ImportPath, name: found.Name, folder: found.Dir, files: map[string]*source{}, set: token.NewFileSet()}
	c.imports = importer.ForCompiler(c.set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, name := range found.GoFiles {
		path := filepath.Join(found.Dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("loading %s: %w", pattern, err)
		}
		tree, err := parser.ParseFile(c.set, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("loading %s: %w", pattern, err)
		}
		c.files[path] = &source{text, tree}
	}
	c.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	if c.types, err = c.check(nil, c.info); err != nil {
		return nil, fmt.Errorf("loading %s: %w", pattern, err)
	}
	return c, nil
}

// needed are the packages that the added file imports.
var needed = []string{"os", "strconv"}

// list tells of a package and of all that it and the added file need.
func list(ctx context.Context, folder, pattern string) ([]listed, error) {
	arguments := append([]string{"list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,GoFiles,DepOnly", pattern}, needed...)
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = folder
	var complaint bytes.Buffer
	command.Stderr = &complaint
	printed, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w: %s", pattern, err, bytes.TrimSpace(complaint.Bytes()))
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(printed)); ; {
		var each listed
		if err := decoder.Decode(&each); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("listing %s: %w", pattern, err)
		}
		packages = append(packages, each)
	}
}

// paths are the files in a fixed order.
func (c *code) paths() []string {
	paths := make([]string, 0, len(c.files))
	for path := range c.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// check has the package type-checked, with other text for some of its files. Not safe for concurrent use.
func (c *code) check(changed map[string]string, info *types.Info) (*types.Package, error) {
	var trees []*ast.File
	for _, path := range c.paths() {
		tree := c.files[path].tree
		if text, ok := changed[path]; ok {
			var err error
			if tree, err = parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution); err != nil {
				return nil, err
			}
		}
		trees = append(trees, tree)
	}
	if len(changed) > 0 {
		tree, err := parser.ParseFile(token.NewFileSet(), addedFile, added(c.name), parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		trees = append(trees, tree)
	}
	return (&types.Config{Importer: c.imports}).Check(c.path, c.set, trees, info)
}
