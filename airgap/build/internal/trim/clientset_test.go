package trim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unusedImports returns the imports of a Go file to which it does not refer: the compiler refuses them.
func unusedImports(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, is := node.(*ast.SelectorExpr); is {
			if name, is := selector.X.(*ast.Ident); is {
				used[name.Name] = true
			}
		}
		return true
	})
	var unused []string
	for _, spec := range file.Imports {
		name := strings.Trim(spec.Path.Value[strings.LastIndex(spec.Path.Value, "/")+1:], `"`)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if !used[name] && name != "_" {
			unused = append(unused, name)
		}
	}
	return unused
}

// The set of clients, its informers and their table are whole without the old versions, and do not mention them.
func TestOldVersionsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	target := t.TempDir()
	if _, err := Write(t.Context(), filepath.Join("..", "..", ".."), target, []Module{{Path: client, Changes: withoutOldVersions()}}); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		t.Helper()
		path := filepath.Join(target, client, name)
		if unused := unusedImports(t, path); len(unused) > 0 {
			t.Errorf("%s imports %v for nothing", name, unused)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	clients, resources := read("kubernetes/clientset.go"), read("informers/generic.go")
	for _, old := range oldVersions {
		group := read("informers/" + old.group + "/interface.go")
		for _, version := range old.versions {
			for text, names := range map[*string][]string{
				&clients:   {old.group + version, old.group + exported(version), exported(old.group) + exported(version)},
				&resources: {exported(old.group) + "()." + exported(version), old.group + "/" + version},
				&group:     {version + ".", exported(version)},
			} {
				for _, name := range names {
					if strings.Contains(*text, name) {
						t.Errorf("%s is still mentioned, of %s %s", name, old.group, version)
					}
				}
			}
		}
		if !strings.Contains(clients, exported(old.group)+"V1()") && !strings.Contains(clients, exported(old.group)+"V2()") {
			t.Errorf("the client of the current version of %s is gone", old.group)
		}
	}
}
