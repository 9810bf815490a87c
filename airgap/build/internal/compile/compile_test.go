package compile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// small writes a module of three packages that no cache has seen.
func small(t *testing.T) Build {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module example.org/small\n\ngo 1.26\n",
		"a/a.go":  fmt.Sprintf("package a\n\nconst When = %d\n", time.Now().UnixNano()),
		"b/b.go":  "package b\n\nimport \"example.org/small/a\"\n\nfunc When() int { return a.When }\n",
		"main.go": "package main\n\nimport \"example.org/small/b\"\n\nfunc main() { println(b.When()) }\n",
	} {
		write(t, filepath.Join(folder, name), content)
	}
	return Build{
		Dir: folder, Flags: []string{"-trimpath"}, Output: filepath.Join(folder, "program"), Packages: []string{"."},
		Env: []string{"GOWORK=off", "GOFLAGS="}, Scratch: folder,
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// own returns which packages of the module are to be compiled, without the beginning of their path.
func own(t *testing.T, build Build) string {
	t.Helper()
	packages, err := list(t.Context(), build)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range packages {
		if name, ours := strings.CutPrefix(one.ImportPath, "example.org/small"); ours && !one.compiled() {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestWhatIsInTheCacheDoesNotCount(t *testing.T) {
	t.Parallel()
	build := small(t)
	if got := own(t, build); got != "/a /b " {
		t.Errorf("to compile are %q", got)
	}
	var told step.Step
	if err := Run(step.With(t.Context(), &told), build); err != nil {
		t.Fatal(err)
	}
	if reading, measured := told.Read(time.Now()); !measured || reading.Total < 3 || reading.Done > reading.Total {
		t.Errorf("read %+v, %t", reading, measured)
	}
	if told.CPU() <= 0 || told.Doing() != "" {
		t.Errorf("took %s, does %q in the end", told.CPU(), told.Doing())
	}
	if left, err := filepath.Glob(filepath.Join(build.Scratch, Temporary+"*")); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	if got := own(t, build); got != "" {
		t.Errorf("still to compile are %q", got)
	}
	var again step.Step
	if err := Run(step.With(t.Context(), &again), build); err != nil {
		t.Fatal(err)
	}
	if reading, _ := again.Read(time.Now()); reading.Total != 0 || reading.TotalWork <= 0 || reading.TotalWork > 1 {
		t.Errorf("only the link is left, read %+v", reading)
	}
	write(t, filepath.Join(build.Dir, "b", "b.go"), "package b\n\nimport \"example.org/small/a\"\n\nfunc When() int { return -a.When }\n")
	if got := own(t, build); got != "/b " {
		t.Errorf("after a change, to compile are %q", got)
	}
}

func TestFailureIsTheCompilersMessage(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"package a\n\nconst When = missing\n": "# example.org/small/a\na/a.go:3:14: undefined: missing",
		"package a\n\nimport \"nowhere\"\n":   "a/a.go:3:8: package nowhere is not in std",
	} {
		build := small(t)
		write(t, filepath.Join(build.Dir, "a", "a.go"), content)
		err := Run(t.Context(), build)
		var failed *command.Error
		if !errors.As(err, &failed) || !strings.HasPrefix(failed.LastLines, want) || strings.Count(err.Error(), "a.go:3") != 1 {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// fakeGo answers go list with one package, prints its name again and again when it builds, and waits for its end.
const fakeGo = `#!/bin/sh
case "$1" in
list) echo 'go: downloading example.org/one v1.0.0' >&2; echo '{"ImportPath": "example.org/one", "Stale": true}';;
build) trap 'touch "$GOTMPDIR/../interrupted"; exit 1' TERM; while :; do echo example.org/one >&2; sleep 0.01; done;;
esac
`

// It sets PATH and so cannot be parallel.
func TestInterruptionIsLeftToGo(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "bin", "go"), fakeGo)
	if err := os.Chmod(filepath.Join(folder, "bin", "go"), 0o700); err != nil { // a program must be executable
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(folder, "bin")+":"+os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(t.Context())
	var told step.Step
	ended := make(chan error)
	go func() {
		ended <- Run(step.With(ctx, &told), Build{Dir: folder, Scratch: folder})
	}()
	for reading := (step.Reading{}); reading.Done == 0; {
		reading, _ = told.Read(time.Now())
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for name, want := range map[string]bool{"interrupted": true, Temporary + "*": false} {
		if found, err := filepath.Glob(filepath.Join(folder, name)); err != nil || (len(found) > 0) != want {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}

func TestDownloadsAreCounted(t *testing.T) {
	t.Parallel()
	var told step.Step
	hear := downloads(&told)
	for line, taken := range map[string]bool{"go: downloading a v1": true, "go: downloading b v1": true, "main.go:1:1: no": false} {
		if hear(line) != taken {
			t.Errorf("%s: taken is %t", line, !taken)
		}
	}
	if got := told.Doing(); got != "downloading Go modules, 2 so far" {
		t.Errorf("does %q", got)
	}
}

func TestBackgroundIsOfTheLowestUrgency(t *testing.T) {
	t.Parallel()
	for want, told := range map[string]*step.Step{
		"go list -deps":            {},
		"nice -n 19 go list -deps": {Background: true},
	} {
		call := Build{Env: []string{"A=b"}}.call(step.With(t.Context(), told), []string{"list", "-deps"})
		if got := strings.Join(call.Argv, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := strings.Join(call.Env, " "); got != "A=b" {
			t.Errorf("environment %q", got)
		}
	}
}
