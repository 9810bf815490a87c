package compile_test

import (
	"os"
	"os/exec"
	"path/filepath"
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
	git(t, root, "init", "--quiet")
	git(t, root, "add", "--all")
	git(t, root, "commit", "--quiet", "--message", "first")
	return root
}

// git calls git in a folder, as somebody with a name.
func git(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{
		"-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false",
	}, arguments...)...)
	command.Dir = folder
	printed, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v: %s", arguments, err, printed)
	}
	return strings.TrimSpace(string(printed))
}

// A push that leaves the backend as it is restarts nothing.
func TestCommitIsTheLastOneThatChangedTheFolder(t *testing.T) {
	t.Parallel()

	root := repository(t)
	write(t, "what the image is not built from does not matter", root, "elsewhere")
	changed := git(t, root, "rev-parse", "HEAD")
	git(t, root, "add", "--all")
	git(t, root, "commit", "--quiet", "--message", "elsewhere")
	commit, err := compile.Commit(t.Context(), filepath.Join(root, "app"))
	if err != nil || commit != changed {
		t.Errorf("the commit is %q, %v, and must be %s", commit, err, changed)
	}
	write(t, "package main\n\nfunc main() {}\n", root, "app", "main.go")
	git(t, root, "commit", "--quiet", "--all", "--message", "app")
	commit, err = compile.Commit(t.Context(), filepath.Join(root, "app"))
	if err != nil || commit != git(t, root, "rev-parse", "HEAD") || commit == changed {
		t.Errorf("the commit is %q, %v, and must be the newest", commit, err)
	}
}

func TestCommitOfAShallowClone(t *testing.T) {
	t.Parallel()

	root := repository(t)
	write(t, "package second\n", root, "app", "main.go")
	git(t, root, "commit", "--quiet", "--all", "--message", "app")
	write(t, "elsewhere", root, "elsewhere")
	git(t, root, "add", "--all")
	git(t, root, "commit", "--quiet", "--message", "elsewhere")
	const refused = "a shallow clone does not have it: git fetch --unshallow"
	for depth, want := range map[string]string{"1": refused, "2": refused, "3": ""} {
		clone := filepath.Join(t.TempDir(), "clone")
		git(t, root, "clone", "--quiet", "--depth="+depth, "file://"+root, clone)
		_, err := compile.Commit(t.Context(), filepath.Join(clone, "app"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("with a depth of %s the error is %v, and must tell %q", depth, err, want)
		}
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
		"an ignored file that is compiled in": {func(t *testing.T, root string) {
			write(t, "ignored.go\nignored_test.go\n.gitignore\n", root, ".gitignore")
			write(t, "package main\n", root, "app", "ignored_test.go")
			write(t, "package main\n", root, "app", "ignored.go")
		}, "Git ignores ignored.go, which is compiled in: delete it, or commit it, or set image.tagCommit to false"},
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
	git(t, root, "commit", "--quiet", "--message", "next")
}

func head(t *testing.T, root string) string {
	t.Helper()
	return git(t, root, "rev-parse", "HEAD")
}

func TestIsAncestor(t *testing.T) {
	t.Parallel()

	root := repository(t)
	app := filepath.Join(root, "app")
	first, err := compile.Commit(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "package second\n", root, "app", "main.go")
	git(t, root, "commit", "--quiet", "--all", "--message", "second")
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
