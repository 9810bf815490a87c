package langhost

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

func TestPackageOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, version string
		note          *plugin.PulumiPluginJSON
		expected      string // name@version, "" for none
	}{
		"official SDK without a note":     {path: "github.com/pulumi/pulumi-aws/sdk/v6", version: "v6.1.0", expected: "aws@v6.1.0"},
		"the note names the plugin":       {path: "example.com/sdk", version: "v1.0.0", note: &plugin.PulumiPluginJSON{Resource: true, Name: "x", Version: "2.0.0"}, expected: "x@2.0.0"},
		"the note has no version":         {path: "example.com/sdk", version: "v1.0.0", note: &plugin.PulumiPluginJSON{Resource: true, Name: "x"}, expected: "x@v1.0.0"},
		"not a plugin":                    {path: "github.com/pulumi/pulumi/sdk/v3", version: "v3.255.0"},
		"a note that is no resource":      {path: "github.com/pulumi/pulumi-random/sdk", version: "v1.0.0", note: &plugin.PulumiPluginJSON{Name: "x"}},
		"commit after a release":          {path: "github.com/pulumi/pulumi-aws/sdk", version: "v1.29.1-0.20200403140640-efb5e2a48a86", expected: "aws@v1.29.0"},
		"commit before the first release": {path: "github.com/pulumi/pulumi-aws/sdk", version: "v0.0.0-20200403140640-efb5e2a48a86"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, ok := packageOf(module.Version{Path: test.path, Version: test.version}, test.note)
			assert.Equal(t, test.expected != "", ok)
			if ok {
				assert.Equal(t, test.expected, found.GetName()+"@"+found.GetVersion())
			}
		})
	}
}

func TestSourceFollowsReplacements(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), `module program
go 1.26
require (
	example.com/a v1.0.0
	example.com/b v1.0.0
	example.com/C v1.0.0
)
replace example.com/a => ../a
replace example.com/b => example.com/fork v2.0.0+incompatible
`, 0o600)
	program, err := readModule(folder)
	require.NoError(t, err)
	tests := map[string]struct{ version, folder string }{
		"example.com/a": {"v1.0.0", filepath.Join(folder, "../a")},
		"example.com/b": {"v2.0.0+incompatible", "/cache/example.com/fork@v2.0.0+incompatible"},
		"example.com/C": {"v1.0.0", "/cache/example.com/!c@v1.0.0"},
	}
	for path, expected := range tests {
		version, source, err := program.source(module.Version{Path: path, Version: "v1.0.0"}, "/cache")
		require.NoError(t, err)
		assert.Equal(t, expected.version, version.Version)
		assert.Equal(t, expected.folder, source)
	}
}

func TestReadModuleLooksAbove(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), "module program\n", 0o600)
	program, err := readModule(filepath.Join(folder, "infra", "deep"))
	require.NoError(t, err)
	assert.Equal(t, folder, program.folder)
}

func TestReadModuleSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	// The root of the file system, since a module may lie in any folder above a temporary one.
	_, err := readModule(string(filepath.Separator))
	require.ErrorContains(t, err, "go mod init")
}

func TestGetProgramDependencies(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "go.mod"), `module program
go 1.26
require (
	example.com/a v1.0.0
	example.com/b v1.1.0 // indirect
)
replace example.com/a => ../a
`, 0o600)
	host := New("", nil, nil, nil)
	for transitive, expected := range map[bool]int{false: 1, true: 2} {
		response, err := host.GetProgramDependencies(t.Context(), &pulumirpc.GetProgramDependenciesRequest{
			Info: &pulumirpc.ProgramInfo{ProgramDirectory: folder}, TransitiveDependencies: transitive,
		})
		require.NoError(t, err)
		require.Len(t, response.GetDependencies(), expected)
		assert.Equal(t, "example.com/a", response.GetDependencies()[0].GetName())
		assert.Empty(t, response.GetDependencies()[0].GetVersion(), "a replaced module has no version")
	}
}
