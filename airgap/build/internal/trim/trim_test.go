package trim

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes files of a folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// read returns the files below a folder.
func read(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, folder+"/")] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestACopyIsChanged(t *testing.T) {
	t.Parallel()
	original := map[string]string{
		"go.mod": "module m\n", "a/a.go": "one two three two\n", "a/a_test.go": "", "a/testdata/x": "", "b/b.go": "b", "b/c.go": "c", "b/d.txt": "d", "c/c.go": "c",
	}
	kept := map[string]string{"go.mod": "module m\n", "a/a.go": "one two three two\n", "b/b.go": "b", "b/c.go": "c", "b/d.txt": "d", "c/c.go": "c"}
	for name, test := range map[string]struct {
		change  Change
		want    map[string]string // what is different in the copy; empty: it is not there
		refused string
	}{
		"nothing":            {change: Change{Path: "a/a.go", Edits: []Edit{{From: "one", With: "one"}}}},
		"replaced":           {change: Change{Path: "a/a.go", Edits: []Edit{{From: "two", With: "2"}}}, want: map[string]string{"a/a.go": "one 2 three two\n"}},
		"replaced up to":     {change: Change{Path: "a/a.go", Edits: []Edit{{From: "two", Until: "two", With: "2 "}}}, want: map[string]string{"a/a.go": "one 2 two\n"}},
		"one after another":  {change: Change{Path: "a/a.go", Edits: []Edit{{From: "one ", With: ""}, {From: "two ", With: ""}}}, want: map[string]string{"a/a.go": "three two\n"}},
		"all matches":        {change: Change{Path: "a/a.go", Edits: []Edit{{Every: "t[a-z]o "}}}, want: map[string]string{"a/a.go": "one three two\n"}},
		"no match":           {change: Change{Path: "a/a.go", Edits: []Edit{{Every: "t[a-z]e "}}}, refused: `a/a.go: nothing matches "t[a-z]e "`},
		"removed":            {change: Change{Path: "c/c.go"}, want: map[string]string{"c/c.go": ""}},
		"written anew":       {change: Change{Path: "c/c.go", Content: "new"}, want: map[string]string{"c/c.go": "new"}},
		"few kept":           {change: Change{Path: "b", Keep: []string{"c.go"}}, want: map[string]string{"b/b.go": ""}},
		"text not there":     {change: Change{Path: "a/a.go", Edits: []Edit{{From: "four", With: "4"}}}, refused: `a/a.go: "four" is not there`},
		"end not there":      {change: Change{Path: "a/a.go", Edits: []Edit{{From: "three", Until: "one", With: "4"}}}, refused: `"one" is not there after "three"`},
		"file not there":     {change: Change{Path: "a/x.go"}, refused: "a/x.go"},
		"new file not there": {change: Change{Path: "a/x.go", Content: "new"}, refused: "a/x.go"},
		"kept not there":     {change: Change{Path: "b", Keep: []string{"x.go"}}, refused: "x.go"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := filepath.Join(t.TempDir(), "copy")
			err := Module{Path: "m", Changes: []Change{test.change}}.write(write(t, original), target)
			if test.refused != "" {
				if err == nil || !errors.Is(err, errChanged) || !strings.Contains(err.Error(), test.refused) {
					t.Fatalf("got %v, want %q, and that the module has changed", err, test.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, target)
			for name, content := range kept {
				if changed, is := test.want[name]; is {
					content = changed
				}
				if got[name] != content {
					t.Errorf("%s is %q, want %q", name, got[name], content)
				}
				delete(got, name)
			}
			if len(got) > 0 {
				t.Errorf("the copy has also %v", got)
			}
		})
	}
}

func TestTheModuleFileLeadsToTheCopies(t *testing.T) {
	t.Parallel()
	folder := write(t, map[string]string{
		"go.mod": "module m\n\nreplace (\n\texample.org/a => example.org/a v1.0.0\n\texample.org/a/b => example.org/a/b v1.0.0\n)\n",
		"go.sum": "sums",
	})
	target := t.TempDir()
	if err := writeModuleFiles(t.Context(), folder, target, []Module{{Path: "example.org/a"}}); err != nil {
		t.Fatal(err)
	}
	got := read(t, target)
	want := "module m\n\nreplace (\n\texample.org/a => " + target + "/example.org/a\n\texample.org/a/b => example.org/a/b v1.0.0\n)\n"
	if got["go.mod"] != want || got["go.sum"] != "sums" {
		t.Errorf("got %q and %q, want %q", got["go.mod"], got["go.sum"], want)
	}
}

// The changes fit the modules that airgap/go.mod requires, and what they are for is not compiled any more.
func TestWhatIsLeftOutIsNotCompiled(t *testing.T) {
	t.Parallel()
	module := filepath.Join("..", "..", "..")
	target := t.TempDir()
	modfile, err := Write(t.Context(), module, target, Modules())
	if err != nil {
		t.Fatal(err)
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-modfile", modfile, "-deps",
		"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", "./plugins/cmd/pulumi-resource-kubernetes", "./node/cmd/kube")
	list.Dir, list.Env = module, append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	printed, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	packages := strings.Fields(string(printed))
	for _, wanted := range []string{cli + "/cmd/pulumi/cloud", plugin + "/pkg/provider", kubernetes + "/cmd/kubelet/app", dns + "/plugin/kubernetes"} {
		if !slices.Contains(packages, wanted) {
			t.Errorf("%s is not compiled", wanted)
		}
	}
	for _, name := range packages {
		for _, left := range []string{
			"github.com/pb33f/libopenapi", "github.com/alecthomas/chroma/lexers", sdk + "/go/pulumi/internals", "github.com/pulumi/pulumi-kubernetes/sdk/", plugin + "/pkg/provider/helm", "k8s.io/client-go/kubernetes/fake",
			client + "/kubernetes/typed/apps/v1beta1", client + "/informers/storage/v1alpha1", client + "/listers/flowcontrol/v1beta3",
			"cloud.google.com/go/storage", "google.golang.org/grpc/xds", "github.com/quic-go/", "github.com/aws/aws-sdk-go-v2/service/kms", "github.com/Azure/",
		} {
			if strings.HasPrefix(name, left) {
				t.Errorf("%s is compiled", name)
			}
		}
	}
}
