// Package build is the command: it plans what is out of date, makes it and tells the user.
package build

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/debian"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/preflight"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/progress"
	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/task"
)

// Exit codes. 130 is what shells give for a command that Ctrl-C ended; `go run` turns every one but 0 into 1.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

var errOutOfDate = errors.New("out of date")

// Main runs the command with the given arguments, without the program's name, and returns its exit code. It must be
// called in airgap/build, which is where `go -C airgap/build run .` runs it.
func Main(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	flags.SetOutput(stderr)
	output := flags.String("output", "", "`folder` of the results; its bin/ is to be put on PATH")
	check := flags.Bool("check", false, "only say whether everything is up to date: exit code 0, otherwise 1")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if *output == "" || flags.NArg() > 0 {
		_, _ = fmt.Fprintln(stderr, "building: want -output DIR and no other argument than -check")
		return exitUsage
	}
	err := run(ctx, callerPath(*output, getenv("PWD")), *check, stdout)
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "building: interrupted; what was half-done is removed")
		return exitInterrupted
	default:
		_, _ = fmt.Fprintf(stderr, "building: %v\n", err)
		return exitFailed
	}
}

// callerPath makes a path absolute. `go -C` changes the working folder but not PWD, so PWD is where the user is.
func callerPath(path, pwd string) string {
	if filepath.IsAbs(path) || !filepath.IsAbs(pwd) {
		return path
	}
	return filepath.Join(pwd, path)
}

// run returns errOutOfDate when check finds something to do.
func run(ctx context.Context, output string, check bool, stdout io.Writer) error {
	began := time.Now()
	output, err := filepath.Abs(output)
	if err != nil {
		return err
	}
	planned, err := plan(ctx, output)
	if err != nil {
		return err
	}
	if len(planned) == 0 {
		_, _ = fmt.Fprintf(stdout, "air-gapped toolchain and images: up to date (%s)\n", output)
		return nil
	}
	if check {
		return fmt.Errorf("%d steps to do, first %s: %w", len(planned), planned[0].Name, errOutOfDate)
	}
	if err := prepareAndMake(ctx, output, planned, stdout); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout, "air-gapped toolchain and images: built in %s (%s)\n", progress.Round(time.Since(began)), output)
	return nil
}

// plan returns what is out of date on this machine, or why it cannot build at all.
func plan(ctx context.Context, output string) ([]*task.Task, error) {
	system, err := preflight.ReadSystem()
	if err != nil {
		return nil, err
	}
	goals, err := recipes("..", output, system.Codename)
	if err != nil {
		return nil, err
	}
	return task.Plan(ctx, goals...)
}

// prepareAndMake checks the machine before it changes anything on it. Nothing of this is done when all is up to date.
func prepareAndMake(ctx context.Context, output string, planned []*task.Task, stdout io.Writer) (err error) {
	if err := preflight.Check(ctx, output); err != nil {
		return err
	}
	unlock, err := lock(output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := preflight.Install(ctx, stdout, debian.Packages); err != nil {
		return err
	}
	return makeAll(ctx, planned, stdout)
}

// makeAll shows the progress until every step has ended.
func makeAll(ctx context.Context, planned []*task.Task, stdout io.Writer) error {
	shown := progress.New(stdout, isTerminal(stdout), len(planned), time.Now)
	stop := shown.Watch()
	defer stop()
	return task.Run(ctx, planned, shown)
}

// isTerminal says whether output is a character device. /dev/null is one too, where it does not matter.
func isTerminal(output io.Writer) bool {
	file, ok := output.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
