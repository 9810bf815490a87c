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
	task := keptTask(p.name, p.state, identity, p.results(), p.compile)
	task.ColdCPU = p.coldCPU
	return task, identity, nil
}

// results are the paths of the programs and the links.
func (p programs) results() []string {
	paths := slices.Collect(maps.Keys(p.links))
	for name, folder := range p.folders {
		paths = append(paths, filepath.Join(folder, filepath.Base(name)))
	}
	return paths
}

// compile builds into a folder of its own and moves the programs to their place when all are there.
func (p programs) compile(ctx context.Context) (err error) {
	modfile, err := trim.Write(ctx, p.module, p.sources, trim.Modules())
	if err != nil {
		return err
	}
	made, err := os.MkdirTemp(filepath.Dir(p.sources), compile.Temporary)
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
		Output: made + "/", Packages: p.packages(), Scratch: made,
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
