package progress

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// part is what is said of a running step.
type part struct {
	label   string
	doing   string
	elapsed time.Duration

	counted     bool // the rest is known
	done, total int
	percent     int
	left        time.Duration
	estimated   bool // left is known
}

// long is for people who have room.
func (p part) long() string {
	said := p.label + ": "
	switch {
	case p.counted && p.total == 0:
		said += "linking, "
	case p.counted:
		said += fmt.Sprintf("%d of %d packages, %d%%, ", p.done, p.total, p.percent)
	case p.doing != "":
		said += p.doing + ", "
	}
	said += Round(p.elapsed).String()
	if p.estimated {
		said += ", " + About(p.left) + " left"
	}
	return said
}

// short is the same for narrow terminals.
func (p part) short() string {
	switch {
	case p.counted && p.estimated:
		return fmt.Sprintf("%s %d/%d %d%% %s left", p.label, p.done, p.total, p.percent, strings.TrimPrefix(About(p.left), "about "))
	case p.counted:
		return fmt.Sprintf("%s %d/%d %d%%", p.label, p.done, p.total, p.percent)
	}
	return p.label + " " + Round(p.elapsed).String()
}

// fit joins the parts to a line of at most width characters: all in long, or in short as far as there is room. A line that
// wraps could not be redrawn.
func fit(parts []part, width int) string {
	var long, short []string
	for _, one := range parts {
		long, short = append(long, one.long()), append(short, one.short())
	}
	line := strings.Join(long, " | ")
	if length(line) > width {
		line = strings.Join(short, " | ")
	}
	return string([]rune(line)[:min(length(line), max(width, 0))])
}

func length(text string) int { return len([]rune(text)) }

// About rounds an estimate to what it is worth: minutes from ten of them on, half minutes from two, ten seconds below.
func About(left time.Duration) string {
	unit := 10 * time.Second
	switch {
	case left >= 10*time.Minute:
		unit = time.Minute
	case left >= 2*time.Minute:
		unit = 30 * time.Second
	}
	return "about " + compact(max(left.Round(unit), unit))
}

// Round shortens a duration for people: to seconds, and to tenths below ten of them.
func Round(elapsed time.Duration) time.Duration {
	if elapsed < 10*time.Second {
		return elapsed.Round(100 * time.Millisecond)
	}
	return elapsed.Round(time.Second)
}

// compact leaves out the zeros at the end of 6m0s and 1h0m0s.
func compact(duration time.Duration) string {
	text := duration.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

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
