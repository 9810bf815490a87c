// Package progress tells the user how far the build is.
package progress

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// terminalInterval and logInterval are how often the running steps are shown.
	terminalInterval = time.Second
	logInterval      = 15 * time.Second
	eraseLine        = "\r\x1b[K"
)

// Progress writes a line for each step that starts or ends, and between them how long the running ones have taken: on
// a terminal in one line that is updated every second, elsewhere as a line every 15 s.
type Progress struct {
	output   io.Writer
	terminal bool
	total    int
	now      func() time.Time

	mutex   sync.Mutex
	running map[int]step
}

type step struct {
	name  string
	began time.Time
}

// New returns the progress of a build of total steps.
func New(output io.Writer, terminal bool, total int, now func() time.Time) *Progress {
	return &Progress{output: output, terminal: terminal, total: total, now: now, running: map[int]step{}}
}

// Watch shows the running steps until the function that it returns is called.
func (p *Progress) Watch() (stop func()) {
	interval := logInterval
	if p.terminal {
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
func (p *Progress) Started(number int, name string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.running[number] = step{name: name, began: p.now()}
	p.line("%s: started", p.label(number, name))
}

// Finished implements task.Reporter. The reason of a failure is not repeated here: it is the result of the build.
func (p *Progress) Finished(number int, name string, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	elapsed := p.now().Sub(p.running[number].began)
	delete(p.running, number)
	outcome := "done in"
	if err != nil {
		outcome = "stopped after"
	}
	p.line("%s: %s %s", p.label(number, name), outcome, Round(elapsed))
}

// Show writes what is running now.
func (p *Progress) Show() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.running) == 0 {
		return
	}
	var parts []string
	for _, number := range slices.Sorted(maps.Keys(p.running)) {
		running := p.running[number]
		parts = append(parts, fmt.Sprintf("%s %s", p.label(number, running.name), Round(p.now().Sub(running.began))))
	}
	status := strings.Join(parts, "   ")
	if p.terminal {
		_, _ = fmt.Fprint(p.output, eraseLine, status)
		return
	}
	p.line("%s", status)
}

func (p *Progress) label(number int, name string) string {
	return fmt.Sprintf("[%d/%d] %s", number, p.total, name)
}

// line writes a whole line. Progress that cannot be written is no reason to stop building.
func (p *Progress) line(format string, args ...any) {
	if p.terminal {
		format = eraseLine + format
	}
	_, _ = fmt.Fprintf(p.output, format+"\n", args...)
}

// Round shortens a duration for people: to seconds, and to tenths below ten of them.
func Round(elapsed time.Duration) time.Duration {
	if elapsed < 10*time.Second {
		return elapsed.Round(100 * time.Millisecond)
	}
	return elapsed.Round(time.Second)
}
