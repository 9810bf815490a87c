package mutation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Runner has the tests of a package try its mutants.
type Runner struct {
	Folder    string   // of the module
	Tests     []string // packages whose tests are to notice, as go names them; the first ones are asked first
	Arguments []string // of the test binaries, such as -test.short
	Workers   int      // tests that run at the same time, at least 1

	// Patience is how many times longer than without a mutant the tests may take, and Grace what they get on top, until they count as
	// having noticed. A busy machine must not be taken for a mutant that hangs.
	Patience int
	Grace    time.Duration
}

// suite is the test binary of one package, and how long it takes at most.
type suite struct {
	binary, folder string
	limit          time.Duration
	covering       *covering
}

// Run tries mutants of one package and returns those that survive, in their order. It tells done of each. The tests must pass
// without a mutant.
func (r *Runner) Run(ctx context.Context, mutants []*Mutant, done func(mutant *Mutant, survived bool)) (survivors []*Mutant, err error) {
	work, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the mutants: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	numbers := map[*Mutant]int{}
	for i, mutant := range mutants {
		numbers[mutant] = i + 1
	}
	switched, err := r.compile(ctx, filepath.Join(work, "switched"), mutants, numbers)
	if err != nil {
		return nil, fmt.Errorf("compiling all mutants that can be switched: %w", err)
	}
	for i := range switched {
		started := time.Now()
		switched[i].limit = 10 * time.Minute
		if noticed, printed := r.try(ctx, switched[i], 0, ""); noticed {
			return nil, fmt.Errorf("the tests in %s fail without a mutant, so they cannot tell: %s", switched[i].folder, printed)
		}
		switched[i].limit = time.Duration(r.Patience)*time.Since(started) + r.Grace
		if len(mutants) > 0 {
			if switched[i].covering, err = r.cover(ctx, work, r.Tests[i], mutants[0]); err != nil {
				return nil, err
			}
		}
	}
	survived := make([]bool, len(mutants))
	problems := make([]error, len(mutants))
	next := make(chan int)
	var workers sync.WaitGroup
	var telling sync.Mutex
	for range r.Workers {
		workers.Go(func() {
			for i := range next {
				survived[i], problems[i] = r.survives(ctx, work, mutants[i], numbers[mutants[i]], switched)
				telling.Lock()
				done(mutants[i], survived[i])
				telling.Unlock()
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	workers.Wait()
	for i, mutant := range mutants {
		if survived[i] {
			survivors = append(survivors, mutant)
		}
	}
	return survivors, errors.Join(append(problems, ctx.Err())...)
}

// survives tells whether no test notices a mutant.
func (r *Runner) survives(ctx context.Context, work string, mutant *Mutant, number int, switched []suite) (bool, error) {
	if ctx.Err() != nil {
		return false, nil
	}
	suites := switched
	if mutant.alone {
		folder := filepath.Join(work, strconv.Itoa(number))
		var err error
		if suites, err = r.compile(ctx, folder, []*Mutant{mutant}, nil); err != nil {
			return false, fmt.Errorf("compiling %s: %w", mutant.Key(), err)
		}
		defer func() { _ = os.RemoveAll(folder) }() // the whole of work goes in the end
		for i := range suites {
			suites[i].limit, suites[i].covering = switched[i].limit, switched[i].covering
		}
	}
	for _, suite := range suites {
		if first := suite.covering.first(mutant); first != "" {
			if noticed, _ := r.try(ctx, suite, number, first); noticed {
				return false, nil
			}
		}
	}
	for _, suite := range suites {
		if noticed, _ := r.try(ctx, suite, number, ""); noticed {
			return false, nil
		}
	}
	return true, nil
}

// try runs the tests, all or only some, with one mutant. What they print is of use only where they must not fail.
func (r *Runner) try(ctx context.Context, suite suite, number int, only string) (noticed bool, printed []byte) {
	limit := suite.limit
	if only != "" {
		limit = r.Grace // quick ones need a fraction of it
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	arguments := append([]string{"-test.failfast", "-test.timeout=0", "-test.paniconexit0", "-test.run=" + only}, r.Arguments...)
	command := exec.CommandContext(ctx, suite.binary, arguments...)
	command.Dir, command.Env = suite.folder, append(os.Environ(), variable+"="+strconv.Itoa(number))
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = time.Second
	ownGroup(command)
	err := command.Run()
	return err != nil, output.Bytes()
}

// compile builds the test binaries with mutants into a folder that it makes.
func (r *Runner) compile(ctx context.Context, output string, mutants []*Mutant, numbers map[*Mutant]int) ([]suite, error) {
	if err := os.Mkdir(output, 0o700); err != nil {
		return nil, err
	}
	overlay, err := writeOverlay(output, mutants, numbers)
	if err != nil {
		return nil, err
	}
	var suites []suite
	for i, test := range r.Tests {
		folder, err := r.run(ctx, "list", "-f", "{{.Dir}}", test)
		if err != nil {
			return nil, err
		}
		binary := filepath.Join(output, strconv.Itoa(i)+".test")
		if _, err := r.run(ctx, "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, test); err != nil {
			return nil, err
		}
		suites = append(suites, suite{binary: binary, folder: folder})
	}
	return suites, nil
}

func (r *Runner) run(ctx context.Context, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = r.Folder
	printed, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(arguments, " "), err, printed)
	}
	return strings.TrimSpace(string(printed)), nil
}

// writeOverlay writes the files with mutants beside each other, and the list by which go takes them for those of the checkout.
func writeOverlay(folder string, mutants []*Mutant, numbers map[*Mutant]int) (string, error) {
	byPath := map[string][]*Mutant{}
	for _, mutant := range mutants {
		if mutant.alone == (numbers == nil) {
			byPath[mutant.path] = append(byPath[mutant.path], mutant)
		}
	}
	replaced := map[string]string{}
	write := func(path, text string) error {
		replaced[path] = filepath.Join(folder, strconv.Itoa(len(replaced))+".go")
		return os.WriteFile(replaced[path], []byte(text), 0o600)
	}
	for path, mutants := range byPath {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if err := write(path, apply(text, mutants, numbers)); err != nil {
			return "", err
		}
		if numbers != nil {
			if err := write(filepath.Join(filepath.Dir(path), addedFile), added(mutants[0].packageName)); err != nil {
				return "", err
			}
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
