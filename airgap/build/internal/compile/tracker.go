package compile

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// nearlyDone is the most of its weight that counts of what has begun and is not known to have ended.
const nearlyDone = 0.95

// compilerCPUs is how many CPUs the compiler uses at most for a large package, on average. It was measured as 1.3 to 1.6.
const compilerCPUs = 1.5

// tracker meters one run of go build -v, which tells when it begins to compile a package, but not when that ends.
// Go compiles as many at a time as there are CPUs, so that all but that many of those that have begun are done.
type tracker struct {
	now      func() time.Time
	began    time.Time
	parallel int
	weights  map[string]float64

	mutex   sync.Mutex
	waiting map[string]bool // packages to compile that have not begun
	running []running       // as many as may run at a time
	advance time.Time       // until when running is right
	done    int
	total   int
	work    float64 // of what is done
	all     float64
	links   float64 // of linking the programs
}

// running is a package that may still be compiled, or the programs that may still be linked.
type running struct {
	weight float64
	got    float64 // what is done of it, as far as that can be told
}

// newTracker counts the packages that are not in the cache, and the programs, all of which are linked. It knows of some
// packages how many seconds they take.
func newTracker(packages []listed, seconds map[string]float64, parallel int, now func() time.Time) *tracker {
	t := &tracker{now: now, began: now(), advance: now(), parallel: parallel, weights: map[string]float64{}, waiting: map[string]bool{}}
	byName := map[string]listed{}
	for _, one := range packages {
		name := one.ImportPath
		byName[name] = one
		t.weights[name] = compiling(name, one.bytes, seconds)
		if !one.compiled() {
			t.waiting[name] = true
			t.all += t.weights[name]
		}
	}
	t.total = len(t.waiting)
	for name, one := range byName {
		if one.program() {
			t.links += linking(name, byName)
		}
	}
	t.all += t.links
	t.link()
	return t
}

// hear takes the lines that are the name of a package, and leaves the compiler's messages.
func (t *tracker) hear(line string) (taken bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	weight, known := t.weights[line]
	if !known {
		return false
	}
	now := t.now()
	t.running, t.advance = t.advanced(now), now
	if !t.waiting[line] { // go list took it for compiled
		t.total++
		t.all += weight
	}
	delete(t.waiting, line)
	if len(t.running) == t.parallel {
		t.end()
	}
	t.running = append(t.running, running{weight: weight})
	t.link()
	return true
}

// end takes the package as done of which most is done: one that began has taken the place of another.
func (t *tracker) end() {
	likeliest := 0
	for i, one := range t.running {
		if one.got/one.weight > t.running[likeliest].got/t.running[likeliest].weight {
			likeliest = i
		}
	}
	t.work += t.running[likeliest].weight
	t.running = slices.Delete(t.running, likeliest, likeliest+1)
	t.done++
}

// link begins what comes last when no package waits any more.
func (t *tracker) link() {
	if len(t.waiting) == 0 && t.links > 0 {
		t.running = append(t.running, running{weight: t.links})
		t.links = 0
	}
}

// read is a step.Meter.
func (t *tracker) read(now time.Time) step.Reading {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	work := t.work
	for _, one := range t.advanced(now) {
		work += one.got
	}
	return step.Reading{Done: t.done, Total: t.total, Work: work, TotalWork: t.all, Elapsed: now.Sub(t.began)}
}

// advanced returns what is done by now of what runs, if the machine is as fast as so far and gives each an equal part. One
// that must be nearly done takes nothing from the others: it has ended, and what comes next has to wait for them.
func (t *tracker) advanced(now time.Time) []running {
	advanced := slices.Clone(t.running)
	if t.work == 0 {
		return advanced
	}
	budget := t.work / t.advance.Sub(t.began).Seconds() * now.Sub(t.advance).Seconds()
	most := budget / float64(t.parallel) * compilerCPUs
	slices.SortFunc(advanced, func(a, b running) int { return cmp.Compare(a.rest(), b.rest()) })
	for i := range advanced {
		part := min(advanced[i].rest(), budget/float64(len(advanced)-i), most)
		advanced[i].got += part
		budget -= part
	}
	return advanced
}

// rest is what may still count.
func (r running) rest() float64 { return max(0, r.weight*nearlyDone-r.got) }
