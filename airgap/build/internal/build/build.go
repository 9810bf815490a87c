// Package build is the command: it plans what is out of date, makes it and tells the user.
package build

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
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
	var compiled others
	flags.Var(&compiled, "compile", "another Go program to compile meanwhile, as `JSON`: name, folder, flags, output, environment, coldCPUSeconds")
	check := flags.Bool("check", false, "only say whether everything is up to date: exit code 0, otherwise 1")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if *output == "" || flags.NArg() > 0 {
		_, _ = fmt.Fprintln(stderr, "building: want -output DIR and no other arguments than -check and -compile JSON")
		return exitUsage
	}
	err := run(ctx, order{callerPath(*output, getenv("PWD")), compiled}, *check, stdout)
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "building: interrupted; what is compiled and made so far is kept, the next run goes on from there")
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

// order is what to make, and where.
type order struct {
	output string
	others others
}

// run returns errOutOfDate when check finds something to do.
func run(ctx context.Context, wanted order, check bool, stdout io.Writer) error {
	began := time.Now()
	var err error
	if wanted.output, err = filepath.Abs(wanted.output); err != nil {
		return err
	}
	planned, err := plan(ctx, wanted)
	if err != nil {
		return err
	}
	if check && len(planned) > 0 {
		return fmt.Errorf("%d steps to do, first %s: %w", len(planned), planned[0].Name, errOutOfDate)
	}
	if len(planned) > 0 {
		if planned, err = prepareAndMake(ctx, wanted, stdout); err != nil {
			return err
		}
	}
	outcome := "up to date"
	if len(planned) > 0 {
		outcome = "built in " + progress.Round(time.Since(began)).String()
	}
	_, _ = fmt.Fprintf(stdout, "air-gapped toolchain and images: %s (%s)\n", outcome, wanted.output)
	return nil
}

// plan returns what is out of date on this machine, or why it cannot build at all.
func plan(ctx context.Context, wanted order) ([]*task.Task, error) {
	system, err := preflight.ReadSystem(ctx, preflight.OSRelease)
	if err != nil {
		return nil, err
	}
	goals, err := recipes("..", wanted.output, system.Codename)
	if err != nil {
		return nil, err
	}
	more, err := wanted.others.tasks(wanted.output)
	if err != nil {
		return nil, err
	}
	return task.Plan(ctx, append(goals, more...)...)
}

// prepareAndMake checks the machine before it changes anything on it, and returns what it has made. Nothing of this is
// done when all is up to date. Another build may have made all of it meanwhile.
func prepareAndMake(ctx context.Context, wanted order, stdout io.Writer) (planned []*task.Task, err error) {
	unlock, err := lock(ctx, wanted.output, stdout)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if planned, err = plan(ctx, wanted); err != nil || len(planned) == 0 {
		return nil, err
	}
	_, _ = fmt.Fprintln(stdout, introduction(planned, runtime.GOMAXPROCS(0), preflight.NeededBytes))
	if err := preflight.Check(ctx, wanted.output); err != nil {
		return nil, err
	}
	if err := preflight.Install(ctx, stdout, debian.Packages); err != nil {
		return nil, err
	}
	return planned, makeAll(ctx, planned, stdout)
}

// makeAll shows the progress until every step has ended, and in the end what took how long.
func makeAll(ctx context.Context, planned []*task.Task, stdout io.Writer) error {
	shown := progress.New(stdout, terminalWidth(stdout), len(planned), time.Now)
	stop := shown.Watch()
	err := task.Run(ctx, planned, shown)
	stop()
	if err == nil {
		shown.Summary()
	}
	return err
}

// introduction says what will happen, why, how long it takes at most and how much disk it needs. The time is the measured CPU
// time of what is planned, divided by the CPUs: compilers keep all of them busy until the end.
func introduction(planned []*task.Task, cpus int, disk uint64) string {
	var cpu time.Duration
	for _, one := range planned {
		cpu += one.ColdCPU
	}
	steps := "1 step"
	if len(planned) != 1 {
		steps = fmt.Sprintf("%d steps", len(planned))
	}
	said := "building what this machine cannot download, from Go modules and Debian packages, once: " + steps + ", "
	if cpu > 0 {
		said += fmt.Sprintf("%s on %d CPUs from an empty build cache (measured: %.0f CPU seconds), ",
			progress.About(cpu/time.Duration(cpus)), cpus, cpu.Seconds())
	}
	return said + fmt.Sprintf("up to %.0f GiB of disk\nCtrl-C is safe at any time: the next run goes on from there", float64(disk)/(1<<30))
}
