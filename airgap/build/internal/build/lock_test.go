package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneBuildAtATimeWorksInAFolder(t *testing.T) {
	t.Parallel()
	output := filepath.Join(t.TempDir(), "output")
	unlock, err := lock(output)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(output); err == nil || !strings.Contains(err.Error(), "another build works there") {
		t.Errorf("got %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	unlock, err = lock(output)
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestLeftoversOfAKilledBuildAreRemoved(t *testing.T) {
	t.Parallel()
	output := t.TempDir()
	for path, kept := range map[string]bool{
		temporaryPrograms + "123":                      false,
		filepath.Join("work", temporaryPackages+"123"): false,
		"bin":                           true,
		filepath.Join("work", "kube.d"): true,
	} {
		if err := os.MkdirAll(filepath.Join(output, path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := removeLeftovers(output); err != nil {
			t.Fatal(err)
		}
		if got := readable(filepath.Join(output, path)); got != kept {
			t.Errorf("%s: kept is %t, want %t", path, got, kept)
		}
	}
}
