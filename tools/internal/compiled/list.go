// Package compiled tells how much of what a module's tests need go has compiled.
package compiled

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Module is what the unit tests of a Go module are compiled from.
type Module struct {
	// Tested are the import paths of the packages that have tests.
	Tested []string
	// packages are all that the tests need, by import path.
	packages map[string]source
}

// source is one package.
type source struct {
	size  int64 // of its Go files in bytes, by which the time is reckoned that it takes to compile
	needs []string
}

// listed is the part of what go list says of a package that matters here.
type listed struct {
	Dir, ImportPath           string
	ForTest                   string // the package that a package is compiled anew for, with its tests
	GoFiles, CgoFiles         []string
	TestGoFiles, XTestGoFiles []string
	Deps                      []string
	DepOnly                   bool // nothing of the module
}

// PlainBuild is for go's commands that build: a profile beside a main package would have all that it needs compiled once more.
const PlainBuild = "-pgo=off"

// Go is a go command in a module of its own, outside of any workspace. It is told to stop once, when ctx ends.
func Go(ctx context.Context, folder string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), "GOWORK=off")
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	return command
}

// List asks go what the tests of the module in folder need. It downloads the modules that are missing.
func List(ctx context.Context, folder string) (Module, error) {
	command := Go(ctx, folder, "list", "-deps", "-test", PlainBuild,
		"-json=Dir,ImportPath,ForTest,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Deps,DepOnly", "./...")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	printed, err := command.Output()
	if err != nil {
		return Module{}, fmt.Errorf("listing the packages: %w\n%s", err, bytes.TrimSpace(complaints.Bytes()))
	}
	return read(printed)
}

// read understands what go list has printed.
func read(printed []byte) (Module, error) {
	module := Module{packages: map[string]source{}}
	for decoder := json.NewDecoder(bytes.NewReader(printed)); ; {
		var one listed
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return module, nil
		}
		if err != nil {
			return Module{}, fmt.Errorf("reading what go list says: %w", err)
		}
		if len(one.TestGoFiles)+len(one.XTestGoFiles) > 0 && one.ForTest == "" && !one.DepOnly {
			module.Tested = append(module.Tested, one.ImportPath)
		}
		module.packages[one.ImportPath] = source{size: size(one), needs: one.Deps}
	}
}

// size is that of the files that the compiler reads. One that is not there counts nothing: the compiler will name it.
func size(one listed) (total int64) {
	for _, name := range append(one.GoFiles, one.CgoFiles...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(one.Dir, name)
		}
		if info, err := os.Stat(name); err == nil {
			total += info.Size()
		}
	}
	return total
}
