// Package multicall lets one binary be several programs: the name that it is called by decides which one runs.
package multicall

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// unknownCode is the exit code of a shell for wrong use.
const unknownCode = 2

// Program runs with the arguments of the process, its name first, and returns the exit code.
type Program func(args []string) int

// Run runs the program that args[0] names and returns its exit code, or 2 when there is none of that name.
func Run(programs map[string]Program, args []string, stderr io.Writer) int {
	name := filepath.Base(args[0])
	program, known := programs[name]
	if !known {
		names := strings.Join(slices.Sorted(maps.Keys(programs)), ", ")
		_, _ = fmt.Fprintf(stderr, "%s is none of the programs of this binary; link it to one of: %s\n", name, names)
		return unknownCode
	}
	return program(args)
}
