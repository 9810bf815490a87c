package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// temporaryPrograms begins the names of the folders into which programs are built.
const temporaryPrograms = ".compile-"

// programs is a step that builds Go programs of one module.
type programs struct {
	name string
	// module is the module's folder.
	module string
	// inputs are the module's files and folders that matter.
	inputs []string
	// packages are import paths, or folders that begin with "./". A program is called like the end of its package.
	packages []string
	// variables are set at link time: import path, dot, name, equals sign, value.
	variables []string
	// folder is where the programs go.
	folder string
	// state is where the fingerprint of the last build is kept.
	state string
}

// task returns the step and the fingerprint of its inputs.
func (p programs) task() (*task.Task, string, error) {
	identity, err := fingerprint.Of(p.module, p.inputs, append(append([]string{runtime.Version()}, p.packages...), p.variables...))
	if err != nil {
		return nil, "", err
	}
	return &task.Task{
		Name:  p.name,
		Fresh: func(context.Context) (bool, error) { return p.fresh(identity) },
		Make: func(ctx context.Context) error {
			if err := p.compile(ctx); err != nil {
				return err
			}
			return fingerprint.Keep(p.state, identity)
		},
	}, identity, nil
}

// fresh says whether every program is there and was made of these inputs.
func (p programs) fresh(identity string) (bool, error) {
	for _, name := range p.packages {
		if !readable(filepath.Join(p.folder, filepath.Base(name))) {
			return false, nil
		}
	}
	return fingerprint.Matches(p.state, identity)
}

// readable says whether there is such a file. Whatever is the matter with one that is not, making it anew is the answer.
func readable(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// compile builds into a folder of its own and moves the programs to their place when all are there.
func (p programs) compile(ctx context.Context) (err error) {
	if err := os.MkdirAll(p.folder, 0o750); err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(p.folder), temporaryPrograms)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
	linker := "-s -w"
	for _, variable := range p.variables {
		linker += " -X " + variable
	}
	argv := []string{"go", "build", "-trimpath", "-buildvcs=false", "-ldflags", linker, "-o", made + "/"}
	// Static programs run on any root file system. The modules stand alone, outside of the repository's workspace.
	environment := []string{"GOWORK=off", "CGO_ENABLED=0"}
	if err := command.Run(ctx, command.Command{Argv: append(argv, p.packages...), Dir: p.module, Env: environment}); err != nil {
		return err
	}
	for _, name := range p.packages {
		name = filepath.Base(name)
		if err := os.Rename(filepath.Join(made, name), filepath.Join(p.folder, name)); err != nil {
			return err
		}
	}
	return nil
}
