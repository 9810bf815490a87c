// Command mutate tells which lines of Go packages their tests do not hold. It changes one thing at a time, inverts a condition, drops
// a statement, changes a constant or swaps two arguments, and runs the tests: a change that none of them notices survives. The
// checkout is not written. From the folder tools, for packages of the module in ../app:
//
//	go run ./cmd/mutate -C ../app -survivors ../app/survivors.txt ./internal/server ./contract
//
// The list of survivors has a mutant on a line, as it is printed, and on indented lines after it why it may survive. Exit codes: 0
// where every survivor is listed with a reason, every entry of the list still survives, and the share that is caught is high
// enough; 1 else; 2 for bad usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/tools/internal/mutation"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settings is the command line.
type settings struct {
	runner    mutation.Runner
	packages  []string
	survivors string         // file; empty: no survivor is explained
	least     float64        // percent that must be caught
	only      *regexp.Regexp // keys of the mutants to try
	list      bool
}

func parse(args []string, output io.Writer) (settings, error) {
	var s settings
	var tests, arguments string
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&s.runner.Folder, "C", ".", "`folder` of the module")
	flags.StringVar(&tests, "tests", "", "`packages` whose tests are to notice, with commas (default: the package that is changed)")
	flags.StringVar(&arguments, "args", "-test.short", "`arguments` of the test binaries, with spaces")
	flags.IntVar(&s.runner.Workers, "workers", 2*runtime.NumCPU(), "`number` of tests that run at the same time")
	flags.IntVar(&s.runner.Patience, "patience", 3, "how many `times` longer than without a mutant tests may take")
	flags.DurationVar(&s.runner.Grace, "grace", 10*time.Second, "`time` that they get on top")
	flags.StringVar(&s.survivors, "survivors", "", "`file` that lists survivors with reasons")
	flags.Float64Var(&s.least, "least", 95, "`percent` of the mutants that must be caught")
	flags.BoolVar(&s.list, "list", false, "print the mutants and try none")
	only := flags.String("only", "", "`expression` that the mutants to try match, as they are printed; the list of survivors is not held to them")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		return s, fmt.Errorf("invalid value for flag -only: %w", err)
	}
	if s.packages = flags.Args(); len(s.packages) == 0 || s.runner.Workers < 1 {
		return s, errors.New("usage: mutate [flags] PACKAGE..., with at least one worker; see -h")
	}
	if tests != "" {
		s.runner.Tests = strings.Split(tests, ",")
	}
	s.runner.Arguments = strings.Fields(arguments)
	return s, nil
}

// run tries the mutants of every package and holds the outcome to the list.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(stderr, "mutate:", err) // nowhere is left to report to when stderr fails
		return 2
	}
	reasons, err := s.reasons()
	if err == nil {
		err = s.try(ctx, reasons, stdout)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "mutate:", err)
		return 1
	}
	return 0
}

func (s *settings) reasons() (mutation.Reasons, error) {
	if s.survivors == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.survivors)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the survivors: %w", err)
	}
	reasons, err := mutation.ParseReasons(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.survivors, err)
	}
	return reasons, nil
}

func (s *settings) try(ctx context.Context, reasons mutation.Reasons, output io.Writer) error {
	var mutants, survivors []*mutation.Mutant
	for _, pattern := range s.packages {
		found, err := mutation.Find(ctx, s.runner.Folder, pattern)
		if err != nil {
			return err
		}
		found = s.chosen(found)
		mutants = append(mutants, found...)
		if s.list {
			continue
		}
		runner := s.runner
		if runner.Tests == nil {
			runner.Tests = []string{pattern}
		}
		tried := 0
		left, err := runner.Run(ctx, found, func(mutant *mutation.Mutant, survived bool) {
			if tried++; survived {
				_, _ = fmt.Fprintf(output, "%s:%d survives: %s\n", mutant.File, mutant.Line, mutant.Key())
			} else if tried%100 == 0 {
				_, _ = fmt.Fprintf(output, "%d of %d mutants of %s tried\n", tried, len(found), pattern)
			}
		})
		if err != nil {
			return fmt.Errorf("%s: %w", pattern, err)
		}
		survivors = append(survivors, left...)
	}
	if s.list {
		for _, mutant := range mutants {
			_, _ = fmt.Fprintf(output, "%d %s\n", mutant.Line, mutant.Key())
		}
		return nil
	}
	return s.judge(reasons, mutants, survivors, output)
}

func (s *settings) chosen(mutants []*mutation.Mutant) []*mutation.Mutant {
	var chosen []*mutation.Mutant
	for _, mutant := range mutants {
		if s.only.MatchString(mutant.Key()) {
			chosen = append(chosen, mutant)
		}
	}
	return chosen
}

func (s *settings) judge(reasons mutation.Reasons, mutants, survivors []*mutation.Mutant, output io.Writer) error {
	caught := 100 * float64(len(mutants)-len(survivors)) / float64(max(1, len(mutants)))
	unexplained, stale := reasons.Compare(mutants, survivors)
	_, _ = fmt.Fprintf(output, "%d mutants, %.1f %% caught, %d survive, %d of them without a reason\n",
		len(mutants), caught, len(survivors), len(unexplained))
	if s.only.String() != "" {
		stale = nil
	}
	var problems []error
	for _, entry := range stale {
		problems = append(problems, fmt.Errorf("%s lists %s", s.survivors, entry))
	}
	if len(unexplained) > 0 {
		problems = append(problems, fmt.Errorf("%d mutants survive without a reason: add a test, or list them with one", len(unexplained)))
	}
	if caught < s.least {
		problems = append(problems, fmt.Errorf("%.1f %% of the mutants are caught, the least is %g %%", caught, s.least))
	}
	return errors.Join(problems...)
}
