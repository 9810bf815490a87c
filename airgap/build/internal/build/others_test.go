package build

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/compile"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// module writes a program of one file and returns it as one to compile.
func module(t *testing.T, source string) other {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.org/program\n\ngo 1.26\n", "go.sum": "", "main.go": source} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return other{
		Name: "program", Folder: folder, Flags: []string{"-trimpath"}, Output: filepath.Join(folder, "bin", "program"),
		Environment: []string{"GOWORK=off", "GOFLAGS="}, ColdCPUSeconds: 1.5,
	}
}

func (o other) only(t *testing.T, output string) *task.Task {
	t.Helper()
	tasks, err := others{o}.tasks(output)
	if err != nil {
		t.Fatal(err)
	}
	return tasks[0]
}

func TestOtherProgramIsCompiledOnceForItsRequirements(t *testing.T) {
	t.Parallel()
	program, output := module(t, "package main\n\nfunc main() {}\n"), t.TempDir()
	wanted := program.only(t, output)
	if !wanted.Background || wanted.ColdCPU != 1500*time.Millisecond || wanted.Name != "program" {
		t.Errorf("planned %+v", wanted)
	}
	fresh := func() bool {
		t.Helper()
		fresh, err := program.only(t, output).Fresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	}
	if fresh() {
		t.Error("it is taken for compiled before it is")
	}
	if err := wanted.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !readable(program.Output) || !fresh() {
		t.Error("it is not there, or not known to be")
	}
	if left, err := filepath.Glob(filepath.Join(output, compile.Temporary+"*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(program.Folder, "go.sum"), []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if fresh() {
		t.Error("it is taken for compiled with other requirements")
	}
}

func TestOtherProgramThatDoesNotCompileIsExplainedOnce(t *testing.T) {
	t.Parallel()
	program, output := module(t, "package main\n\nfunc main() { missing() }\n"), t.TempDir()
	err := program.only(t, output).Make(t.Context())
	var failed *command.Error
	if !errors.As(err, &failed) || failed.LastLines != "# example.org/program\n./main.go:3:15: undefined: missing" {
		t.Errorf("got %v", err)
	}
	if fresh, err := program.only(t, output).Fresh(t.Context()); fresh || err != nil {
		t.Errorf("fresh is %t, %v", fresh, err)
	}
}

func TestOtherProgramIsReadFromJSON(t *testing.T) {
	t.Parallel()
	good := other{Name: "program", Folder: "/source", Output: "/dev/null", Seconds: map[string]float64{"example.org/big": 7}}
	encoded, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		string(encoded): "",
		strings.Replace(string(encoded), "program", "", 1):       "want a name",
		strings.Replace(string(encoded), "/source", "source", 1): "absolute paths",
		strings.Replace(string(encoded), "/dev/null", "null", 1): "absolute paths",
		strings.Replace(string(encoded), `"flags"`, `"flag"`, 1): "unknown field",
		strings.TrimSuffix(string(encoded), "}"):                 "EOF",
	} {
		var read others
		err := read.Set(text)
		if want == "" && (err != nil || len(read) != 1 || read[0].Seconds["example.org/big"] != 7) {
			t.Errorf("%s: %+v, %v", text, read, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestIntroductionSaysWhatItTakes(t *testing.T) {
	t.Parallel()
	for want, planned := range map[string][]*task.Task{
		"once: 2 steps, about 13m on 2 CPUs from an empty build cache (measured: 1560 CPU seconds), up to 8 GiB of disk\nCtrl-C": {
			{ColdCPU: 1550 * time.Second}, {ColdCPU: 10 * time.Second},
		},
		"once: 1 step, up to 8 GiB": {{}},
	} {
		if got := introduction(planned, 2, 8<<30); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
