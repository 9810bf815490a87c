package build

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/compile"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/fingerprint"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/trim"
)

// temporaryPrograms begins the names of the folders into which programs are built.
const temporaryPrograms = ".compile-"

// programs is a step that builds Go programs of one module, all by one call of go, so that every package is compiled once.
type programs struct {
	name string
	// module is the module's folder.
	module string
	// inputs are the module's files and folders that matter.
	inputs []string
	// folders is where each program goes, by its package: an import path, or a folder that begins with "./". A program is called
	// like the end of its package.
	folders map[string]string
	// links are other names of programs: the path of each link, and what it leads to.
	links map[string]string
	// flags are those of the compiler.
	flags []string
	// variables are set at link time: import path, dot, name, equals sign, value.
	variables []string
	// sources is where the modules are kept of which parts are left out.
	sources string
	// state is where the fingerprint of the last build is kept.
	state string
	// coldCPU is what it takes with an empty build cache, as it was measured.
	coldCPU time.Duration
}

// packages are in the order of their names.
func (p programs) packages() []string { return slices.Sorted(maps.Keys(p.folders)) }

// task returns the step and the fingerprint of its inputs.
func (p programs) task() (*task.Task, string, error) {
	identity, err := fingerprint.Of(p.module, p.inputs, slices.Concat([]string{runtime.Version()}, p.packages(), p.flags, p.variables))
	if err != nil {
		return nil, "", err
	}
	return &task.Task{
		Name: p.name, ColdCPU: p.coldCPU,
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
	for name, folder := range p.folders {
		if !readable(filepath.Join(folder, filepath.Base(name))) {
			return false, nil
		}
	}
	for link := range p.links {
		if !readable(link) {
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
	modfile, err := trim.Write(ctx, p.module, p.sources, trim.Modules())
	if err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(p.sources), temporaryPrograms)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
	if err := compile.Run(ctx, p.build(modfile, made)); err != nil {
		return err
	}
	return p.install(made)
}

// build is the call of go that builds into a folder. Static programs run on any root file system. The module stands alone,
// outside of the repository's workspace.
func (p programs) build(modfile, made string) compile.Build {
	linker := "-s -w"
	for _, variable := range p.variables {
		linker += " -X " + variable
	}
	return compile.Build{
		Dir: p.module, Env: []string{"GOWORK=off", "CGO_ENABLED=0"},
		Flags:  slices.Concat([]string{"-modfile", modfile, "-trimpath", "-buildvcs=false"}, p.flags, []string{"-ldflags", linker}),
		Output: made + "/", Packages: p.packages(), Temporary: filepath.Join(made, ".go"),
	}
}

// install moves the programs to their place and makes the links.
func (p programs) install(made string) error {
	for name, folder := range p.folders {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return err
		}
		name = filepath.Base(name)
		if err := os.Rename(filepath.Join(made, name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	for link, target := range p.links {
		if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.Symlink(target, link); err != nil {
			return err
		}
	}
	return nil
}
