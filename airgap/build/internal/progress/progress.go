// Package progress tells the user how far the build is.
package progress

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

const (
	// terminalInterval and logInterval are how often the running steps are shown.
	terminalInterval = time.Second
	logInterval      = time.Minute
	eraseLine        = "\r\x1b[K"
)

// Progress says which steps have ended, and what the running ones do: on a terminal in one line that is redrawn every
// second, elsewhere, where a line is for good, once a minute and when a step begins.
type Progress struct {
	output io.Writer
	width  func() int // of the terminal in characters, 0 where there is none
	total  int
	now    func() time.Time

	mutex   sync.Mutex
	began   time.Time
	running []running
	ended   []ended
	// measured is when the first step began to be measured, before the work of those that have ended.
	measured time.Time
	before   float64
}

// running is a step that has begun.
type running struct {
	number int
	name   string
	began  time.Time
	step   *step.Step
}

// urgency orders steps: the smaller, the more urgent.
func (r running) urgency() int {
	if r.step.Background {
		return 1
	}
	return 0
}

// New returns the progress of a build of so many steps, which begins now. width is asked anew for every line.
func New(output io.Writer, width func() int, total int, now func() time.Time) *Progress {
	return &Progress{output: output, width: width, total: total, now: now, began: now()}
}

// Watch shows the running steps until the function that it returns is called.
func (p *Progress) Watch() (stop func()) {
	interval := logInterval
	if p.width() > 0 {
		interval = terminalInterval
	}
	ticker := time.NewTicker(interval)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ticker.C:
				p.Show()
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-ended
	}
}

// Started implements task.Reporter.
func (p *Progress) Started(number int, name string, told *step.Step) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.running = append(p.running, running{number: number, name: name, began: p.now(), step: told})
	if p.width() == 0 {
		p.line("%s: started", p.label(number, name))
	}
}

// Finished implements task.Reporter. The reason of a failure is not repeated here: it is the result of the build.
func (p *Progress) Finished(number int, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	i := slices.IndexFunc(p.running, func(one running) bool { return one.number == number })
	one := p.running[i]
	p.running = slices.Delete(p.running, i, i+1)
	if reading, measured := one.step.Read(p.now()); measured {
		p.before += reading.TotalWork
	}
	wall := p.now().Sub(one.began)
	p.ended = append(p.ended, ended{name: one.name, wall: wall, cpu: one.step.CPU()})
	outcome := "done in"
	if err != nil {
		outcome = "stopped after"
	}
	p.line("%s: %s %s", p.label(number, one.name), outcome, Round(wall))
}

// Show writes what is running now.
func (p *Progress) Show() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	parts := p.parts()
	if len(parts) == 0 {
		return
	}
	if width := p.width(); width > 0 {
		// The last column stays free: some terminals wrap when it is written.
		_, _ = fmt.Fprint(p.output, eraseLine, fit(parts, width-1))
		return
	}
	p.line("after %s: %s", Round(p.now().Sub(p.began)), fit(parts, unbounded))
}

// unbounded is wider than any line.
const unbounded = 1 << 20

// parts is what there is to say of the running steps: first those that are counted, which are what is waited for, and of
// these those in the background last.
func (p *Progress) parts() []part {
	now := p.now()
	var counted, others []part
	var works []work
	slices.SortStableFunc(p.running, func(a, b running) int { return a.urgency() - b.urgency() })
	for _, one := range p.running {
		said := part{label: p.label(one.number, one.name), doing: one.step.Doing(), elapsed: now.Sub(one.began)}
		reading, measured := one.step.Read(now)
		if !measured {
			others = append(others, said)
			continue
		}
		if p.measured.IsZero() {
			p.measured = now.Add(-reading.Elapsed)
		}
		said.counted, said.done, said.total = true, reading.Done, reading.Total
		said.percent = percent(reading)
		counted = append(counted, said)
		works = append(works, work{done: reading.Work, total: reading.TotalWork, background: one.step.Background})
	}
	for i := range counted {
		counted[i].left, counted[i].estimated = left(i, works, p.before, now.Sub(p.measured))
	}
	return append(counted, others...)
}

// percent is the share of the work. Nothing to do is done.
func percent(reading step.Reading) int {
	if reading.TotalWork == 0 {
		return 100
	}
	return int(100 * reading.Work / reading.TotalWork)
}

func (p *Progress) label(number int, name string) string {
	return fmt.Sprintf("[%d/%d] %s", number, p.total, name)
}

// line writes a whole line. Progress that cannot be written is no reason to stop building.
func (p *Progress) line(format string, args ...any) {
	if p.width() > 0 {
		format = eraseLine + format
	}
	_, _ = fmt.Fprintf(p.output, format+"\n", args...)
}
