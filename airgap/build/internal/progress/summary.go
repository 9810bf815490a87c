package progress

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// ended is a step that has ended.
type ended struct {
	name      string
	wall, cpu time.Duration
}

// Summary writes what took how long, a line for each step and one for all: wall clock, and the CPU seconds of the programs
// that the steps have run. What the Docker engine does for them is not among these.
func (p *Progress) Summary() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	// Memory never fails to be written.
	_, _ = fmt.Fprintln(table, "wall\tCPU\t  what")
	var sum time.Duration
	for _, one := range p.ended {
		_, _ = fmt.Fprintf(table, "%s\t%.0fs\t  %s\n", Round(one.wall), one.cpu.Seconds(), one.name)
		sum += one.cpu
	}
	_, _ = fmt.Fprintf(table, "%s\t%.0fs\t  all, side by side where possible\n", Round(p.now().Sub(p.began)), sum.Seconds())
	_ = table.Flush()
	for line := range strings.Lines(text.String()) {
		p.line("%s", strings.TrimSuffix(line, "\n"))
	}
}
