package toolchain

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"sigs.k8s.io/yaml"

	"github.com/ashwanth01/ashapp-backend/app/compile"
)

// program is a Go program that the next command needs after the tools. It is compiled with them, in the CPU time that they
// leave, since nobody would see how far it is when Pulumi compiles it. The JSON is that of the flag -compile of airgap/build.
type program struct {
	Name        string   `json:"name"`
	Folder      string   `json:"folder"`
	Flags       []string `json:"flags"`
	Output      string   `json:"output"`
	Environment []string `json:"environment"`
	// Seconds is what some of its packages take, for the estimate of what is left.
	Seconds map[string]float64 `json:"seconds"`
	// ColdCPUSeconds is what it took with an empty build cache, on 2 cores of 2025.
	ColdCPUSeconds float64 `json:"coldCPUSeconds"`
}

// slowPackages are those of the Pulumi program that instantiate much generic code, and the CPU seconds that compiling them took.
var slowPackages = map[string]float64{
	"github.com/ashwanth01/ashapp-backend/infra/internal/backend": 7.1,
	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster": 7.3,
}

// project is the part of Pulumi.yaml that says what is compiled and where to.
type project struct {
	Main    string
	Runtime struct{ Options struct{ BuildTarget string } }
}

// programs returns the arguments with which airgap/build compiles the Pulumi program, as the language host does it, and the
// backend, as the Pulumi program does it.
func (t Toolchain) programs() ([]string, error) {
	file := filepath.Join(t.Root, "Pulumi.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("finding the Pulumi program: %w", err)
	}
	var read project
	if err := yaml.Unmarshal(content, &read); err != nil {
		return nil, fmt.Errorf("finding the Pulumi program in %s: %w", file, err)
	}
	infra := program{
		Name: "Pulumi program", Folder: filepath.Join(t.Root, read.Main), Output: os.DevNull,
		Seconds: slowPackages, ColdCPUSeconds: 240,
	}
	if target := read.Runtime.Options.BuildTarget; target != "" {
		infra.Output = filepath.Join(infra.Folder, target)
	}
	backend := program{
		Name: "backend", Folder: filepath.Join(t.Root, "app"), Output: os.DevNull, ColdCPUSeconds: 70,
		Flags: compile.Flags(""), Environment: compile.Environment("linux", runtime.GOARCH, false),
	}
	var arguments []string
	for _, one := range []program{infra, backend} {
		encoded, err := json.Marshal(one)
		if err != nil {
			return nil, fmt.Errorf("encoding %s: %w", one.Name, err)
		}
		arguments = append(arguments, "-compile", string(encoded))
	}
	return arguments, nil
}
