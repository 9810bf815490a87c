package compile_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/app/compile"
)

func write(t *testing.T, content string, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// repository makes a Git repository with one committed file in the folder app, and returns it.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "app"), 0o750); err != nil {
		t.Fatal(err)
	}
	write(t, "package main\n", root, "app", "main.go")
	for _, arguments := range [][]string{
		{"init", "--quiet"}, {"add", "--all"},
		{"-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "first"},
	} {
		command := exec.CommandContext(t.Context(), "git", arguments...)
		command.Dir = root
		if printed, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", arguments, err, printed)
		}
	}
	return root
}

func TestCommitIsThatOfTheCheckout(t *testing.T) {
	t.Parallel()

	root := repository(t)
	write(t, "what the image is not built from does not matter", root, "elsewhere")
	commit, err := compile.Commit(t.Context(), filepath.Join(root, "app"))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile("^[0-9a-f]{40}$").MatchString(commit) {
		t.Errorf("the commit is %q", commit)
	}
}

func TestCommitIsRefused(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		prepare func(t *testing.T, root string)
		want    string
	}{
		"a changed file": {func(t *testing.T, root string) { write(t, "package other\n", root, "app", "main.go") },
			"not committed (M app/main.go): commit it, or set image.tagCommit to false"},
		"a new file": {func(t *testing.T, root string) { write(t, "package main\n", root, "app", "new.go") },
			"not committed (?? app/new.go): commit it, or set image.tagCommit to false"},
		"no repository": {func(t *testing.T, root string) {
			if err := os.RemoveAll(filepath.Join(root, ".git")); err != nil {
				t.Fatal(err)
			}
		}, "not a git repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root := repository(t)
			test.prepare(t, root)
			_, err := compile.Commit(t.Context(), filepath.Join(root, "app"))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "image.tagCommit") {
				t.Errorf("the error is %v, and must tell %q and image.tagCommit", err, test.want)
			}
		})
	}
}

func TestRevisionIsTheLastCommitOfTheFolder(t *testing.T) {
	t.Parallel()

	root := repository(t)
	app := filepath.Join(root, "app")
	first, err := compile.Commit(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		change func()
		want   func() string
	}{
		{"after its own commit", func() {}, func() string { return first }},
		{"after a commit elsewhere", func() { write(t, "text", root, "README.md"); commit(t, root) }, func() string { return first }},
		{"with a change", func() { write(t, "package other\n", root, "app", "main.go") }, func() string { return first + "+dirty" }},
		{"after the commit of the change", func() { commit(t, root) }, func() string { return head(t, root) }},
		{"with a new file", func() { write(t, "text", root, "app", "new") }, func() string { return head(t, root) + "+dirty" }},
		{"without a repository", func() {
			if err := os.RemoveAll(filepath.Join(root, ".git")); err != nil {
				t.Fatal(err)
			}
		}, func() string { return "" }},
	} {
		step.change()
		if got, want := compile.Revision(t.Context(), app), step.want(); got != want {
			t.Errorf("%s: got %q, want %q", step.name, got, want)
		}
	}
	// A folder that nobody has committed yet.
	fresh := repository(t)
	if err := os.Mkdir(filepath.Join(fresh, "new"), 0o750); err != nil {
		t.Fatal(err)
	}
	if got := compile.Revision(t.Context(), filepath.Join(fresh, "new")); got != "" {
		t.Errorf("a folder without a commit has the revision %q", got)
	}
}

// commit commits everything in a repository.
func commit(t *testing.T, root string) {
	t.Helper()
	git(t, root, "add", "--all")
	git(t, root, "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "next")
}

func head(t *testing.T, root string) string {
	t.Helper()
	return git(t, root, "rev-parse", "HEAD")
}

func git(t *testing.T, root string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", arguments...)
	command.Dir = root
	printed, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", arguments, err, printed)
	}
	return strings.TrimSpace(string(printed))
}

func TestIsAncestor(t *testing.T) {
	t.Parallel()

	root := repository(t)
	app := filepath.Join(root, "app")
	first, err := compile.Commit(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "git", "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false",
		"commit", "--quiet", "--allow-empty", "--message", "second")
	command.Dir = root
	if printed, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	second, err := compile.Commit(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		ancestor, commit string
		want             bool
	}{{first, second, true}, {second, first, false}, {first, first, true}} {
		got, err := compile.IsAncestor(t.Context(), app, test.ancestor, test.commit)
		if err != nil || got != test.want {
			t.Errorf("IsAncestor(%s, %s) is %v, %v", test.ancestor, test.commit, got, err)
		}
	}
	if _, err := compile.IsAncestor(t.Context(), app, first, strings.Repeat("0", 40)); err == nil {
		t.Error("a commit that is not there must be an error")
	}
}
