package compile_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/app/compile"
)

func TestOnlyWhatIsPinnedIsOfOneVersionOfGo(t *testing.T) {
	t.Parallel()

	for _, pinned := range []bool{true, false} {
		if got := slices.Contains(compile.Environment("linux", "amd64", pinned), "GOTOOLCHAIN="+compile.Go); got != pinned {
			t.Errorf("pinned %v, the version is pinned: %v", pinned, got)
		}
	}
}

func TestSettingsOfTheUserAreLeftOutAndWhereModulesAreIsKept(t *testing.T) {
	t.Parallel()

	written := filepath.Join(t.TempDir(), "env")
	write(t, "GOFLAGS=-tags=mine\nGOAMD64=v3\nGOPROXY=https://proxy.example.com\n", written)
	environment := append(os.Environ(), "GOENV="+written, "GOPROXY=")
	isolated, err := compile.Isolated(t.Context(), environment)
	if err != nil {
		t.Fatal(err)
	}
	environment = append(append(environment, isolated...), compile.Environment("linux", "amd64", false)...)
	for name, want := range map[string]string{"GOFLAGS": "", "GOAMD64": "v1", "GOPROXY": "https://proxy.example.com", "GOARCH": "amd64", "GOOS": "linux"} {
		command := exec.CommandContext(t.Context(), "go", "env", name)
		command.Env = environment
		printed, err := command.Output()
		if got := strings.TrimSpace(string(printed)); err != nil || got != want {
			t.Errorf("go takes %s for %q, %v, and must for %q", name, got, err, want)
		}
	}
}

func TestSettingsThatCannotBeAskedFor(t *testing.T) {
	t.Parallel()

	_, err := compile.Isolated(t.Context(), append(os.Environ(), "GOTOOLCHAIN=nonsense"))
	if err == nil || !strings.Contains(err.Error(), "asking go for its settings") {
		t.Errorf("the error is %v", err)
	}
}
