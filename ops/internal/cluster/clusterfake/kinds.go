package clusterfake

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// KindsOfTheProgram are those that some of infra's rooms declare, by the constructors of Pulumi's SDK that they call: the room backend on
// every cluster, others on a local one. rooms is a pattern for their names. It is for the tests of the rooms below internal.
func KindsOfTheProgram(t *testing.T, rooms string) []schema.GroupVersionKind {
	t.Helper()
	found := map[schema.GroupVersionKind]bool{}
	var kinds []schema.GroupVersionKind
	files, err := filepath.Glob("../../../infra/internal/" + rooms + "/*.go")
	require.NoError(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		groups := groupsOf(file)
		ast.Inspect(file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, ok := selector.X.(*ast.Ident)
			name, isNew := strings.CutPrefix(selector.Sel.Name, "New")
			if ok && isNew && !groups[from.Name].Empty() {
				kind := groups[from.Name].WithKind(name)
				if !found[kind] {
					found[kind], kinds = true, append(kinds, kind)
				}
			}
			return true
		})
	}
	require.NotEmpty(t, kinds, "the search must have found something")
	return kinds
}

// groupsOf are the API groups of a file, by the names of the SDK's packages that it imports. The folder core is the group without a name,
// and networking stands for networking.k8s.io.
func groupsOf(file *ast.File) map[string]schema.GroupVersion {
	groups := map[string]schema.GroupVersion{}
	for _, spec := range file.Imports {
		const sdk = "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/"
		folder, found := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), sdk)
		group, version, versioned := strings.Cut(folder, "/")
		if !found || !versioned || spec.Name == nil {
			continue
		}
		switch group {
		case "core":
			group = ""
		case "networking":
			group = "networking.k8s.io"
		}
		groups[spec.Name.Name] = schema.GroupVersion{Group: group, Version: version}
	}
	return groups
}
