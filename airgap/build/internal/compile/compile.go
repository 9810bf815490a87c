// Package compile runs go build and tells the step that it is done for how far it is.
package compile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/command"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// Temporary begins the names of folders that are there only while something is built.
const Temporary = ".compile-"

// Build is a call of go build.
type Build struct {
	// Dir is the folder in which it runs.
	Dir string
	// Flags are those of the build that go list knows as well: all but -o and -v.
	Flags []string
	// Output is the file or, with a slash at its end, the folder of the result: -o.
	Output string
	// Packages are import paths, or folders that begin with "./".
	Packages []string
	// Env is added to the environment of this process.
	Env []string
	// Seconds is what packages take that are not among the recorded ones, in the same unit.
	Seconds map[string]float64
	// Scratch is a folder in which there is one of its own for what is there only while go runs.
	Scratch string
}

// Run compiles what is not in Go's build cache. What is compiled when it is interrupted stays in the cache, from which
// the next run takes it. In a step in the background it takes only the CPU time that nobody else wants.
func Run(ctx context.Context, build Build) (err error) {
	temporary, err := os.MkdirTemp(build.Scratch, Temporary)
	if err != nil {
		return fmt.Errorf("making folder for Go's temporary files: %w", err)
	}
	defer func() { err = errors.Join(err, removeAll(temporary)) }()
	build.Env = append(slices.Clone(build.Env), "GOTMPDIR="+temporary)
	reported := step.From(ctx)
	reported.Do("finding out what to compile")
	packages, err := list(ctx, build)
	if err != nil {
		return err
	}
	counted := newTracker(packages, build.Seconds, runtime.GOMAXPROCS(0), time.Now)
	reported.Do("")
	reported.Measure(counted.read)
	arguments := append([]string{"build", "-v", "-o", build.Output}, build.Flags...)
	asked := build.call(ctx, append(arguments, build.Packages...))
	asked.Line = counted.hear
	return command.Run(ctx, asked)
}

// call is a command of go.
func (b Build) call(ctx context.Context, arguments []string) command.Command {
	argv := append([]string{"go"}, arguments...)
	if step.From(ctx).Background {
		argv = append([]string{"nice", "-n", "19"}, argv...)
	}
	return command.Command{Argv: argv, Dir: b.Dir, Env: b.Env}
}

// removeAll is os.RemoveAll for a folder in which a compiler that has been told to stop may write its last file.
func removeAll(folder string) error {
	err := os.RemoveAll(folder)
	if errors.Is(err, syscall.ENOTEMPTY) {
		err = os.RemoveAll(folder)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing Go's temporary files: %w", err)
	}
	return nil
}

// downloads tells a step how many modules go has begun to download.
func downloads(reported *step.Step) func(line string) bool {
	count := 0
	return func(line string) bool {
		if !strings.HasPrefix(line, "go: downloading ") {
			return false
		}
		count++
		reported.Do(fmt.Sprintf("downloading Go modules, %d so far", count))
		return true
	}
}
