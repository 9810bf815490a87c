package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Of two flags that fit a package, go takes the later one.
func TestOnlyWhatIsHotIsInlined(t *testing.T) {
	t.Parallel()
	flags := compilerFlags()
	if flags[0] != "-gcflags=all=-l -dwarf=false" {
		t.Errorf("got %q first", flags[0])
	}
	for i, pattern := range hot {
		if want := "-gcflags=" + pattern + "=-dwarf=false"; flags[i+1] != want {
			t.Errorf("got %q, want %q", flags[i+1], want)
		}
	}
	if len(flags) != len(hot)+1 || !slices.Contains(hot, "std") {
		t.Errorf("got %q", flags)
	}
}

func TestProgramsSetTheVersionsThatTheyReport(t *testing.T) {
	t.Parallel()
	call := programs{
		module: "/module", folders: map[string]string{"./b": "/bin", "./a": "/bin"},
		flags: []string{"-gcflags=all=-l"}, variables: append(kubernetesVersion("v1.34.2"), "x.Version=v3"),
	}.build("/sources/go.mod", "/made")
	const version = "k8s.io/component-base/version."
	flags := []string{
		"-modfile", "/sources/go.mod", "-trimpath", "-buildvcs=false", "-gcflags=all=-l", "-ldflags",
		"-s -w -X " + version + "gitVersion=v1.34.2 -X " + version + "gitMajor=1 -X " + version + "gitMinor=34 -X " + version +
			"gitTreeState=archive -X x.Version=v3",
	}
	if !slices.Equal(call.Flags, flags) || !slices.Equal(call.Packages, []string{"./a", "./b"}) || call.Output != "/made/" {
		t.Errorf("got %q of %q to %s", call.Flags, call.Packages, call.Output)
	}
	if call.Dir != "/module" || !slices.Equal(call.Env, []string{"GOWORK=off", "CGO_ENABLED=0"}) || call.Scratch != "/made" {
		t.Errorf("it runs in %s with %q, and keeps its files in %s", call.Dir, call.Env, call.Scratch)
	}
}

func TestProgramsAreInstalledWithTheirOtherNames(t *testing.T) {
	t.Parallel()
	made, folder := t.TempDir(), filepath.Join(t.TempDir(), "bin")
	built := programs{
		module: t.TempDir(), folders: map[string]string{"./cmd/one": folder}, state: filepath.Join(t.TempDir(), "state"),
		links: map[string]string{filepath.Join(folder, "other"): "one"},
	}
	for range 2 { // the second time, all of it is there
		if err := os.WriteFile(filepath.Join(made, "one"), []byte("program"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := built.install(made); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"one", "other"} {
		if content, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(content) != "program" {
			t.Errorf("%s has %q, %v", name, content, err)
		}
	}
	step, identity, err := built.task()
	if err != nil || identity == "" {
		t.Fatal(identity, err)
	}
	if fresh, err := step.Fresh(t.Context()); fresh || err != nil {
		t.Errorf("without the fingerprint of a build it is taken for fresh: %t, %v", fresh, err)
	}
	built.flags = []string{"-race"}
	if _, other, err := built.task(); err != nil || other == identity {
		t.Errorf("other flags have the fingerprint %s, %v", other, err)
	}
}

// A build that is interrupted, or that cannot begin, leaves the last programs and no folder of its own.
func TestABuildThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	output := t.TempDir()
	err := programs{module: t.TempDir(), sources: filepath.Join(output, "sources"), state: filepath.Join(output, "state")}.compile(t.Context())
	if err == nil || !strings.Contains(err.Error(), "go mod download") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(output); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
