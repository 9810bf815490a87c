// Command record writes to standard output which packages take long to compile, from the files that go build
// -debug-actiongraph FILE has left after a build with an empty cache:
//
//	go run ./internal/compile/record FILE... >internal/compile/recorded.txt
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// own begins the import paths of this repository, whose packages are not recorded: they are few, and change.
const own = "github.com/ashwanth01/"

// least is the CPU time from which on a package is recorded. The size of the others tells enough.
const least = time.Second / 2

// action is a part of the build, as go writes it.
type action struct {
	Mode, Package   string
	CmdUser, CmdSys time.Duration
}

func main() {
	if err := record(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "recording costs:", err)
		os.Exit(1)
	}
}

// record writes a line for each package: CPU seconds and import path, sorted. Of a package that is in several files the
// last one counts.
func record(files []string, output io.Writer) error {
	costs := map[string]time.Duration{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var actions []action
		if err := json.Unmarshal(content, &actions); err != nil {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		for _, one := range actions {
			if one.Mode == "build" && one.CmdUser+one.CmdSys >= least && !strings.HasPrefix(one.Package, own) {
				costs[one.Package] = one.CmdUser + one.CmdSys
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(costs)) {
		if _, err := fmt.Fprintf(output, "%.1f %s\n", costs[name].Seconds(), name); err != nil {
			return err
		}
	}
	return nil
}
