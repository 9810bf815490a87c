package compiled

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	redrawEvery = time.Second      // on a terminal
	lineEvery   = 20 * time.Second // elsewhere
	// tellsFrom is the part of the work from which on the time that it took tells the time that is left.
	tellsFrom = 0.05
)

// Progress compiles what the tests of a module need and shows how far that is.
type Progress struct {
	output io.Writer
	name   string
	module Module
	width  int // columns of a line that is drawn again, 0 where lines stay
	now    func() time.Time

	began         time.Time
	total, seen   int64 // bytes of source: all, and those that are compiled or were before
	compiledBytes int64 // of those, what was compiled since began
	done          map[string]bool
	packages      int // compiled since began
	shown         time.Time
}

// NewProgress shows the progress of a module, under a name, to output.
func NewProgress(output io.Writer, name string, module Module, width int, now func() time.Time) *Progress {
	p := &Progress{output: output, name: name, module: module, width: width, now: now, began: now(), done: map[string]bool{}}
	p.shown = p.began
	for _, one := range module.packages {
		p.total += one.size
	}
	return p
}

// Watch compiles until everything is there, or go meets what cannot be compiled, which is an error of exec's.
func (p *Progress) Watch(ctx context.Context) error {
	if _, err := fmt.Fprintf(p.output, "testing %s: %d packages, of which those are compiled that have changed or are new here\n",
		p.name, len(p.module.packages)); err != nil {
		return fmt.Errorf("showing progress: %w", err)
	}
	command := Go(ctx, p.name, append([]string{"list", "-export", "-test", "-v", PlainBuild}, p.module.Tested...)...)
	stderr, err := command.StderrPipe()
	if err != nil {
		return fmt.Errorf("compiling: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("compiling: %w", err)
	}
	shown := p.follow(stderr)
	if err := command.Wait(); err != nil {
		return fmt.Errorf("compiling: %w", err)
	}
	return shown
}

// follow reads the names of the packages, which go prints when it begins with each.
func (p *Progress) follow(names io.Reader) error {
	var problem error
	lines := bufio.NewScanner(names)
	for lines.Scan() {
		p.begun(lines.Text())
		interval := lineEvery
		if p.width > 0 {
			interval = redrawEvery
		}
		if now := p.now(); problem == nil && now.Sub(p.shown) >= interval {
			p.shown = now
			problem = p.show(lines.Text())
		}
	}
	if problem == nil && p.packages > 0 {
		_, problem = fmt.Fprintf(p.output, "%scompiled %d packages in %s\n", p.erase(), p.packages, p.elapsed())
	}
	if problem != nil {
		return fmt.Errorf("showing progress: %w", problem)
	}
	return nil
}

// begun notes that go has begun with a package, so that everything that it needs is there.
func (p *Progress) begun(name string) {
	one, known := p.module.packages[name]
	if !known {
		return // an error, of which go test will tell
	}
	p.packages++
	p.compiledBytes += one.size
	for _, needed := range append([]string{name}, one.needs...) {
		if !p.done[needed] {
			p.done[needed] = true
			p.seen += p.module.packages[needed].size
		}
	}
}

// show draws the line that tells how far it is.
func (p *Progress) show(name string) error {
	share := float64(p.seen) / float64(p.total)
	line := fmt.Sprintf("compiling %s: %d%%, %s", p.name, int(100*share), p.elapsed())
	if share >= tellsFrom {
		rate := float64(p.compiledBytes) / float64(p.now().Sub(p.began))
		left := time.Duration(float64(p.total-p.seen) / rate)
		line += fmt.Sprintf(", at most %s left", left.Round(time.Second))
	}
	line += ", " + name
	if p.width == 0 {
		_, err := fmt.Fprintln(p.output, line)
		return err
	}
	_, err := fmt.Fprint(p.output, p.erase(), line[:min(len(line), p.width)])
	return err
}

// elapsed is the time since the beginning, in whole seconds.
func (p *Progress) elapsed() time.Duration { return p.now().Sub(p.began).Round(time.Second) }

// erase clears the line that is drawn again.
func (p *Progress) erase() string {
	if p.width == 0 {
		return ""
	}
	return "\r" + strings.Repeat(" ", p.width) + "\r"
}
