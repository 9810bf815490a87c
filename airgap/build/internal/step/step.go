// Package step is what a step of the build tells while it runs: what it does, how much of it is done, and the CPU time
// that its programs have taken. The one who shows it asks; the step never waits for that.
package step

import (
	"context"
	"sync/atomic"
	"time"
)

// Meter measures work that consists of packages.
type Meter func(now time.Time) Reading

// Reading is how far the work is.
type Reading struct {
	// Done and Total are packages that are compiled and to compile.
	Done, Total int
	// Work and TotalWork weigh them, in one unit for all steps.
	Work, TotalWork float64
	// Elapsed is how long the work takes so far.
	Elapsed time.Duration
}

// Step is a running step. Its methods may be called from several goroutines.
type Step struct {
	// Background says that the step only takes the CPU time that the others leave.
	Background bool

	doing atomic.Value // a string
	meter atomic.Value // a Meter
	cpu   atomic.Int64 // in nanoseconds
}

type key struct{}

// With returns a context in which the work of a step is done.
func With(ctx context.Context, s *Step) context.Context { return context.WithValue(ctx, key{}, s) }

// From returns the step whose work is done in a context. Work outside of any step tells it to one that nobody shows.
func From(ctx context.Context) *Step {
	if s, ok := ctx.Value(key{}).(*Step); ok {
		return s
	}
	return &Step{}
}

// Do tells what the step does now, in a few words.
func (s *Step) Do(what string) { s.doing.Store(what) }

// Doing returns what the step does, or nothing.
func (s *Step) Doing() string {
	what, _ := s.doing.Load().(string)
	return what
}

// AddCPU adds the CPU time, user and system, of a program that has ended.
func (s *Step) AddCPU(taken time.Duration) { s.cpu.Add(int64(taken)) }

// CPU returns the CPU time of the programs that have ended.
func (s *Step) CPU() time.Duration { return time.Duration(s.cpu.Load()) }

// Measure lets a meter tell how far the step is.
func (s *Step) Measure(meter Meter) { s.meter.Store(meter) }

// Read asks the meter. It returns false when there is none.
func (s *Step) Read(now time.Time) (Reading, bool) {
	meter, measured := s.meter.Load().(Meter)
	if !measured {
		return Reading{}, false
	}
	return meter(now), true
}
