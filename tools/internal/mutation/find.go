package mutation

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
)

// finder goes through one file.
type finder struct {
	*code
	path, file string
	source     *source
	stack      []ast.Node
	inverted   map[ast.Expr]bool
	found      []*Mutant
}

// Find lists the mutants of a package, in the order of its code. Those that do not compile are left out.
func Find(ctx context.Context, folder, pattern string) ([]*Mutant, error) {
	c, err := load(ctx, folder, pattern)
	if err != nil {
		return nil, err
	}
	return c.find(folder)
}

func (c *code) find(folder string) ([]*Mutant, error) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("finding the module: %w", err)
	}
	var mutants []*Mutant
	for _, path := range c.paths() {
		file, err := filepath.Rel(root, path)
		if err != nil {
			return nil, fmt.Errorf("finding %s: %w", path, err)
		}
		f := &finder{code: c, path: path, file: filepath.ToSlash(file), source: c.files[path], inverted: map[ast.Expr]bool{}}
		ast.PreorderStack(f.source.tree, nil, f.visit)
		for _, mutant := range f.found {
			if c.compiles(mutant) {
				mutants = append(mutants, mutant)
			}
		}
	}
	number(mutants)
	return mutants, nil
}

// compiles settles for the cheaper of the two forms of a mutant that the compiler takes.
func (c *code) compiles(m *Mutant) bool {
	for _, alone := range []bool{false, true} {
		m.alone = alone
		if alone && m.replacement == c.text(m) || !alone && m.before == "" {
			continue
		}
		if _, err := c.check(map[string]string{m.path: apply(c.files[m.path].text, []*Mutant{m}, nil)}, nil); err == nil {
			return true
		}
	}
	return false
}

func (c *code) text(m *Mutant) string { return string(c.files[m.path].text[m.from:m.to]) }

func (f *finder) offset(position token.Pos) int { return f.set.Position(position).Offset }

func (f *finder) codeOf(node ast.Node) string {
	return string(f.source.text[f.offset(node.Pos()):f.offset(node.End())])
}

// add notes a mutant of the code of a node.
func (f *finder) add(node ast.Node, change, before, after, replacement string) {
	if inConstant(f.stack) {
		before = ""
	}
	f.found = append(f.found, &Mutant{
		File: f.file, Line: f.set.Position(node.Pos()).Line, Function: function(f.stack, node), Change: change,
		packageName: f.name, packagePath: f.code.path, path: f.path, from: f.offset(node.Pos()), to: f.offset(node.End()),
		before: before, after: after, replacement: replacement,
	})
}

// typeOf writes the type of an expression as the file can write it.
func (f *finder) typeOf(expression ast.Expr) string {
	return types.TypeString(types.Default(f.info.TypeOf(expression)), func(other *types.Package) string {
		if other == f.types {
			return ""
		}
		return other.Name()
	})
}

func (f *finder) isBool(expression ast.Expr) bool {
	basic, ok := f.info.TypeOf(expression).Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0
}

func (f *finder) visit(node ast.Node, stack []ast.Node) bool {
	f.stack = stack
	switch node := node.(type) {
	case *ast.ImportSpec, *ast.Field: // paths, tags and types
		return false
	case *ast.BasicLit:
		f.constant(node)
	case *ast.Ident:
		f.boolean(node)
	case *ast.BinaryExpr:
		f.binary(node)
	case *ast.IfStmt:
		f.invert(node.Cond)
	case *ast.ForStmt:
		f.invert(node.Cond)
	case *ast.CaseClause:
		f.cases(node)
	case *ast.ReturnStmt:
		f.results(node)
		f.drop(node)
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.BranchStmt:
		f.drop(node)
	case *ast.CompositeLit:
		f.elements(node)
	case *ast.CallExpr:
		f.arguments(node)
	}
	return true
}
