package build

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOutputIsRelativeToTheCaller(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, pwd, want string }{
		{"/opt/tools", "/home/user", "/opt/tools"},
		{".tools", "/home/user", "/home/user/.tools"},
		{"../tools", "/home/user", "/home/tools"},
		{".tools", "", ".tools"},
	} {
		if got := callerPath(test.path, test.pwd); got != test.want {
			t.Errorf("%s called from %q is %s, want %s", test.path, test.pwd, got, test.want)
		}
	}
}

func TestWrongUseIsExplained(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"-output", "x", "more"}, {"-unknown"}, {"-output", "x", "-compile", "{}"}} {
		var stderr bytes.Buffer
		if code := Main(t.Context(), args, os.Getenv, &bytes.Buffer{}, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "-output") {
			t.Errorf("%q: code %d, %s", args, code, stderr.String())
		}
	}
}

func TestVersionIsThatOfTheModuleFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "go.mod")
	content := "module m\n\nrequire example.org/single v1.0.0\n\nrequire (\n\texample.org/a v1.2.3\n\texample.org/a/b v0.4.0 // indirect\n)\n\n" +
		"replace example.org/replaced => example.org/other v9.9.9\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for module, want := range map[string]string{
		"example.org/a": "v1.2.3", "example.org/a/b": "v0.4.0", "example.org/single": "v1.0.0",
		"example.org/replaced": "", "example.org/missing": "",
	} {
		got, err := requiredVersion(path, module)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v; want %q", module, got, err, want)
		}
	}
}

// The recipes name packages, files and versions of the module above this one.
func TestRecipesFitTheModulesBesideThem(t *testing.T) {
	t.Parallel()
	sources := filepath.Join("..", "..", "..")
	goals, err := recipes(sources, t.TempDir(), "bookworm")
	if err != nil {
		t.Fatal(err)
	}
	if len(goals) != 3 {
		t.Fatalf("%d goals", len(goals))
	}
	component, err := os.ReadFile(filepath.Join(sources, "node", "internal", "component", "component.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(component), `"`+pauseReference+`"`) {
		t.Errorf("the node does not use the pause image %s", pauseReference)
	}
	dispatch, err := os.ReadFile(filepath.Join(sources, "node", "cmd", "kube", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range components {
		if !strings.Contains(string(dispatch), `"`+name+`":`) {
			t.Errorf("the binary kube does not know %s", name)
		}
	}
}

func TestRegistryTakesProgramsAndLibrariesOnly(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"usr/bin/docker-registry":               true,
		"usr/bin/busybox":                       true,
		"usr/lib/x86_64-linux-gnu/libc.so.6":    true,
		"usr/lib/aarch64-linux-gnu/libc.so.6":   true,
		"lib64":                                 true,
		"usr/bin/perl":                          false,
		"usr/sbin/adduser":                      false,
		"usr/lib/x86_64-linux-gnu/perl/auto.so": false,
		"etc/docker/registry/config.yml":        false,
	} {
		if got := inRegistry(name); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
}
