package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackagesThatTakeLongAreRecorded(t *testing.T) {
	t.Parallel()
	first, second := filepath.Join(t.TempDir(), "first.json"), filepath.Join(t.TempDir(), "second.json")
	for file, content := range map[string]string{
		first: `[{"Mode": "build", "Package": "example.org/slow", "CmdUser": 9000000000},
			{"Mode": "build", "Package": "github.com/ashwanth01/ashapp-backend/infra", "CmdUser": 9000000000},
			{"Mode": "link", "Package": "example.org/program", "CmdUser": 9000000000}]`,
		second: `[{"Mode": "build", "Package": "example.org/slow", "CmdUser": 1000000000, "CmdSys": 240000000},
			{"Mode": "build", "Package": "example.org/fast", "CmdUser": 400000000, "CmdSys": 99999999},
			{"Mode": "build", "Package": "example.org/average", "CmdUser": 400000000, "CmdSys": 100000000},
			{"Mode": "build", "Package": "example.org/cached"}]`,
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var output strings.Builder
	if err := record([]string{first, second}, &output); err != nil {
		t.Fatal(err)
	}
	if want := "0.5 example.org/average\n1.2 example.org/slow\n"; output.String() != want {
		t.Errorf("got %q, want %q", output.String(), want)
	}
	if err := record([]string{first, "/nowhere"}, &output); err == nil {
		t.Error("a file that is missing is no error")
	}
	if err := os.WriteFile(first, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := record([]string{first}, &output); err == nil || !strings.Contains(err.Error(), first) {
		t.Errorf("got %v", err)
	}
}
