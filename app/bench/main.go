// Command bench measures the backend against its budgets, next to a bare handler and to the Flask app that it replaced,
// and prints a table of what it measured. It runs in any folder of the module app:
//
//	go run ./bench
//
// Its exit code is 1 if a budget is missed or something fails, and 0 else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command from its arguments to its exit code. The table goes to stdout, progress and errors go to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	chosen, err := parseSettings(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "bench:", err) // nowhere is left to report to when stderr fails
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	measured, err := measure(ctx, chosen, stderr)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx) // whatever else failed did so because of the signal
		}
		_, _ = fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	if chosen.profile != "" {
		return 0
	}
	table := measured.rows()
	if err := printTable(stdout, table); err != nil {
		_, _ = fmt.Fprintln(stderr, "bench: printing the table:", err)
		return 1
	}
	if !allKept(table) {
		return 1
	}
	return 0
}

// settings is what can be chosen for a run.
type settings struct {
	rounds      int           // how often each of the Go servers is measured
	round       time.Duration // how long one measurement takes; whole seconds
	connections int           // how many connections the load comes over
	profile     string        // file for a CPU profile, which is then all that is made
}

// parseSettings reads the command line. Help, when asked for, goes to output and flag.ErrHelp comes back.
func parseSettings(args []string, output io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // it would print every error, with the whole help
	flags.IntVar(&s.rounds, "rounds", 8, "`number` of rounds, at least 1; the Python servers take part in each second one")
	flags.DurationVar(&s.round, "round", 2*time.Second, "`time` of one measurement, whole seconds with a unit, such as 2s or 1m")
	flags.IntVar(&s.connections, "connections", 64, fmt.Sprintf("`number` of connections that the load comes over, at least %d", wrkThreads))
	flags.StringVar(&s.profile, "profile", "", "`file` for a CPU profile of the backend under load, such as default.pgo; then nothing is measured")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = fmt.Fprintln(output, "The benchmark measures the backend against its budgets. Its settings:")
		flags.SetOutput(output)
		flags.PrintDefaults()
		return settings{}, err
	case err != nil:
		return settings{}, fmt.Errorf("%w; see -h", err)
	case flags.NArg() > 0:
		return settings{}, fmt.Errorf("unexpected argument %q: the benchmark takes flags only, see -h", flags.Arg(0))
	case s.rounds < 1:
		return settings{}, fmt.Errorf("invalid value %d for flag -rounds: must be at least 1", s.rounds)
	case s.round < time.Second || s.round%time.Second != 0:
		return settings{}, fmt.Errorf("invalid value %s for flag -round: must be whole seconds, since wrk takes no others", s.round)
	case s.connections < wrkThreads:
		return settings{}, fmt.Errorf("invalid value %d for flag -connections: must be at least %d, one for each thread of wrk", s.connections, wrkThreads)
	}
	return s, nil
}

// measure is the plan of a run. Nothing that it has started or written is left when it returns.
func measure(ctx context.Context, chosen settings, progress io.Writer) (m measurements, err error) {
	if err := installMissing(ctx, progress); err != nil {
		return m, err
	}
	folder, err := os.MkdirTemp("", "ashapp-bench-")
	if err != nil {
		return m, fmt.Errorf("making a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	built, err := build(ctx, folder, progress)
	if err != nil {
		return m, err
	}
	if chosen.profile != "" {
		return m, recordProfile(ctx, built.backend, chosen, progress)
	}
	if m.binaryBytes, err = fileBytes(built.backend); err != nil {
		return m, err
	}
	if m.starts, err = measureStarts(ctx, built.backend, progress); err != nil {
		return m, err
	}
	servers, err := startFleet(ctx, folder, built)
	if err != nil {
		return m, err
	}
	defer servers.kill()
	if m.load, err = servers.measureLoad(ctx, chosen, progress); err != nil {
		return m, err
	}
	if m.residentBytes, err = residentBytes(servers.backend.pid()); err != nil {
		return m, err
	}
	m.logLines, err = servers.stopBackend(ctx)
	return m, err
}
