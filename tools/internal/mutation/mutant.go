// Package mutation tells which lines of a package its tests do not hold: it changes one thing at a time, inverts a condition, drops a
// statement, changes a constant or swaps two arguments, and runs the tests. A change that no test notices is a survivor.
//
// Nothing in the checkout is written. Most mutants of a package are compiled into one test binary, where an environment variable
// chooses the one that is active (mutant schemata), since compiling costs more than most tests. What cannot be switched, such
// as a declared constant, is compiled alone. Both go through go's -overlay.
package mutation

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// Mutant is one change of a package.
type Mutant struct {
	File     string // relative to the module's folder
	Line     int    // of the change; not part of the key, as it moves with every edit above it
	Function string // that is changed, with its receiver, or the name of the declaration
	Change   string // what is changed, in words and code
	repeated int    // how many mutants before it in the package read the same

	packageName, packagePath string

	path     string // of the file
	from, to int    // offsets of the code that is changed

	// A mutant that can be switched leaves the code and puts these around it; %d is its number. Both are empty where it cannot.
	before, after string

	replacement string // of the code, for a mutant that is compiled alone
	alone       bool
}

// Key names a mutant in the list of survivors. It stays the same when lines move.
func (m *Mutant) Key() string {
	key := m.File + ": " + m.Function + ": " + m.Change
	if m.repeated > 0 {
		key += fmt.Sprintf(" (%d)", m.repeated+1)
	}
	return key
}

// number counts mutants that read the same, in the order of the code.
func number(mutants []*Mutant) {
	seen := map[string]int{}
	for _, mutant := range mutants {
		key := mutant.Key()
		mutant.repeated = seen[key]
		seen[key]++
	}
}

// names of what is added to a mutated package. No code of one's own has such.
const (
	activeName = "mutantIsActive__"
	chooseName = "mutantChooses__"
	zeroName   = "mutantZeroes__"
	variable   = "ACTIVE_MUTANT"
	addedFile  = "mutants_added__.go"
)

// added is the file that makes mutants switchable.
func added(packageName string) string {
	return fmt.Sprintf(`package %s

import mutantOS__ "os"
import mutantNumbers__ "strconv"

var mutantNumber__ = func() int { number, _ := mutantNumbers__.Atoi(mutantOS__.Getenv(%q)); return number }()

func %s(number int) bool { return mutantNumber__ == number }

func %s[T any](number int, mutated, original T) T {
	if mutantNumber__ == number {
		return mutated
	}
	return original
}

func %s[T any](number int, original T) (result T) {
	if mutantNumber__ == number {
		return result
	}
	return original
}
`, packageName, variable, activeName, chooseName, zeroName)
}

// function names the declaration that a node is in.
func function(stack []ast.Node, node ast.Node) string {
	for _, outer := range append(stack, node) {
		switch outer := outer.(type) {
		case *ast.FuncDecl:
			if outer.Recv == nil || len(outer.Recv.List) == 0 {
				return outer.Name.Name
			}
			return receiver(outer.Recv.List[0].Type) + "." + outer.Name.Name
		case *ast.ValueSpec:
			return outer.Names[0].Name
		case *ast.TypeSpec:
			return outer.Name.Name
		}
	}
	return "package"
}

func receiver(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return receiver(expression.X)
	case *ast.IndexExpr:
		return receiver(expression.X)
	case *ast.Ident:
		return expression.Name
	}
	return "?"
}

// inConstant tells whether a node is part of a declaration of constants.
func inConstant(stack []ast.Node) bool {
	for _, outer := range stack {
		if declaration, ok := outer.(*ast.GenDecl); ok && declaration.Tok == token.CONST {
			return true
		}
	}
	return false
}

// short is code on one line, abridged.
func short(code string) string {
	const limit = 70
	code = strings.Join(strings.Fields(code), " ")
	if runes := []rune(code); len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return code
}
