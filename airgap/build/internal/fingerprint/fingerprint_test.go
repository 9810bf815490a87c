package fingerprint

import (
	"os"
	"path/filepath"
	"testing"
)

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func of(t *testing.T, files map[string]string, texts ...string) string {
	t.Helper()
	identity, err := Of(tree(t, files), []string{"."}, texts)
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func TestInputsDecide(t *testing.T) {
	t.Parallel()
	base := map[string]string{"go.mod": "module m", "cmd/main.go": "package main"}
	same := of(t, base, "go1.26", "bookworm")
	for name, test := range map[string]struct {
		files map[string]string
		texts []string
		equal bool
	}{
		"equal files elsewhere":   {base, []string{"go1.26", "bookworm"}, true},
		"a test":                  {with(base, "cmd/main_test.go", "x"), []string{"go1.26", "bookworm"}, true},
		"test data":               {with(base, "cmd/testdata/a", "x"), []string{"go1.26", "bookworm"}, true},
		"another content":         {with(base, "go.mod", "module n"), []string{"go1.26", "bookworm"}, false},
		"another file":            {with(base, "cmd/more.go", ""), []string{"go1.26", "bookworm"}, false},
		"another Go":              {base, []string{"go1.27", "bookworm"}, false},
		"texts that run together": {base, []string{"go1.26bookworm"}, false},
	} {
		if got := of(t, test.files, test.texts...); (got == same) != test.equal {
			t.Errorf("%s: equal is %t, want %t", name, got == same, test.equal)
		}
	}
}

func TestMissingInputIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := Of(t.TempDir(), []string{"go.mod"}, nil); err == nil {
		t.Error("want an error")
	}
}

func TestKeptFingerprintMatchesItselfOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "binary")
	matches := func(identity string) bool {
		found, err := Matches(path, identity)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if matches("a") {
		t.Error("nothing is kept yet")
	}
	if err := Keep(path, "a"); err != nil {
		t.Fatal(err)
	}
	if !matches("a") || matches("b") {
		t.Error("want a match of a only")
	}
}

func with(base map[string]string, name, content string) map[string]string {
	changed := map[string]string{name: content}
	for other, kept := range base {
		if other != name {
			changed[other] = kept
		}
	}
	return changed
}
