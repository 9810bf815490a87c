package compile

import (
	_ "embed" // recorded.txt
	"strconv"
	"strings"
	"sync"
)

// What it costs to compile, in CPU seconds of one core of the machine that was measured. Only the ratios matter: the speed of a
// machine is measured while it builds. The formula is a straight line through bytes and seconds of the packages that take
// less than half a second; bytes do not explain what the others take, which instantiate generic code.
const (
	secondsPerPackage = 0.1
	secondsPerByte    = 0.6e-6
	// secondsPerLinkedByte is for a program, for each byte of all that it is linked from.
	secondsPerLinkedByte = 0.035e-6
)

// recorded holds the packages that took half a second or longer, one on a line: CPU seconds and import path. It is what a
// build with an empty cache leaves with -debug-actiongraph=FILE, and need not be right for other versions, only near:
//
//	jq -r '.[] | select(.Mode == "build" and (.Package | startswith("github.com/ashwanth01/") | not)) |
//		[(.CmdUser + .CmdSys) / 1e9, .Package] | select(.[0] >= 0.5) | "\(.[0] * 10 | round / 10) \(.[1])"' FILE | sort -k 2
//
//go:embed recorded.txt
var recorded string

// recordedSeconds reads it once.
var recordedSeconds = sync.OnceValue(func() map[string]float64 {
	seconds := map[string]float64{}
	for line := range strings.Lines(recorded) {
		cost, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if parsed, err := strconv.ParseFloat(cost, 64); err == nil {
			seconds[name] = parsed
		}
	}
	return seconds
})

// compiling is the weight of compiling a package with so many bytes of Go, if it is among neither those of which the seconds
// are given nor the recorded ones.
func compiling(name string, bytes int64, given map[string]float64) float64 {
	if seconds, found := given[name]; found {
		return seconds
	}
	if seconds, found := recordedSeconds()[name]; found {
		return seconds
	}
	return secondsPerPackage + secondsPerByte*float64(bytes)
}

// linking is the weight of linking a program: of the bytes of all packages that it imports, directly or not.
func linking(program string, packages map[string]listed) float64 {
	seen := map[string]bool{program: true}
	sum := int64(0)
	for queue := []string{program}; len(queue) > 0; queue = queue[1:] {
		sum += packages[queue[0]].bytes
		for _, imported := range packages[queue[0]].Imports {
			if !seen[imported] {
				seen[imported] = true
				queue = append(queue, imported)
			}
		}
	}
	return secondsPerLinkedByte * float64(sum)
}
