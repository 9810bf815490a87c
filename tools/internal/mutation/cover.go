package mutation

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// quickTest is how long a test may take to be among those that are asked first.
const quickTest = 300 * time.Millisecond

// covering knows the quick tests of a suite by the lines that they run. Most mutants are noticed by one of them, in a fraction of the
// time that all tests take.
type covering struct {
	quick []string            // all of them
	lines map[string][]string // tests, by file and line, as in example.com/module/file.go:12
}

// cover runs every test on its own, once, and notes what it runs. Processes that a test starts count for nothing.
func (r *Runner) cover(ctx context.Context, output, test string, mutant *Mutant) (*covering, error) {
	binary := filepath.Join(output, "cover.test")
	if _, err := r.run(ctx, "test", "-c", "-vet=off", "-cover", "-coverpkg", mutant.packagePath, "-o", binary, test); err != nil {
		return nil, err
	}
	folder, err := r.run(ctx, "list", "-f", "{{.Dir}}", test)
	if err != nil {
		return nil, err
	}
	execute := func(arguments ...string) (string, error) {
		command := exec.CommandContext(ctx, binary, append(arguments, r.Arguments...)...)
		command.Dir = folder
		printed, err := command.Output()
		return string(printed), err
	}
	names, err := execute("-test.list=^(Test|Fuzz)")
	if err != nil {
		return nil, fmt.Errorf("listing the tests of %s: %w", test, err)
	}
	known := &covering{lines: map[string][]string{}}
	for _, name := range strings.Fields(names) {
		profile := filepath.Join(output, "cover.out")
		started := time.Now()
		if _, err := execute("-test.run=^"+name+"$", "-test.coverprofile="+profile); err != nil || time.Since(started) > quickTest {
			continue // whoever fails alone is no help
		}
		known.quick = append(known.quick, name)
		if err := known.note(name, profile); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// note reads a coverage profile: path/file.go:12.34,15.2 statements count.
func (c *covering) note(test, profile string) error {
	file, err := os.Open(profile)
	if err != nil {
		return fmt.Errorf("reading what %s covers: %w", test, err)
	}
	defer func() { _ = file.Close() }() // it is only read
	seen := map[string]bool{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var from, to, ignored, count int
		name, block, _ := strings.Cut(scanner.Text(), ":")
		if n, _ := fmt.Sscanf(block, "%d.%d,%d.%d %d %d", &from, &ignored, &to, &ignored, &ignored, &count); n != 6 || count == 0 {
			continue
		}
		for line := from; line <= to; line++ {
			if at := name + ":" + strconv.Itoa(line); !seen[at] {
				seen[at] = true
				c.lines[at] = append(c.lines[at], test)
			}
		}
	}
	return nil
}

// first are the tests to ask first about a mutant, as the expression for -test.run; those of all lines where nothing runs its own,
// as with a declaration. Empty: there are none.
func (c *covering) first(mutant *Mutant) string {
	tests := c.lines[path.Join(mutant.packagePath, filepath.Base(mutant.path))+":"+strconv.Itoa(mutant.Line)]
	if len(tests) == 0 {
		tests = c.quick
	}
	if len(tests) == 0 {
		return ""
	}
	return "^(" + strings.Join(tests, "|") + ")$"
}
