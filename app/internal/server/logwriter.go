package server

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of the log. The delay is what a process that is killed without a signal that it can catch may lose; every other
// end of it flushes.
const (
	batchBytes = 64 << 10               // that wait for the next write, while as much is being written
	batchDelay = 10 * time.Millisecond  // until a line is written
	stallAfter = time.Second            // without progress, the log counts as stalled and drops what has no room
	retryDelay = 100 * time.Millisecond // after a write that failed
)

// logWriter gathers log lines and writes them together, since a system call for each line costs more than the request
// that it tells of. While a batch is being written the next one is gathered. When the reader is slower than that, whoever
// logs waits; when it has not read for stallAfter, lines that have no room are lost and counted: a log that nobody reads
// must hold neither a request nor the end of the process.
//
// What a failed write has left is written later, so that no line is ever cut in two.
type logWriter struct {
	output io.Writer
	broken chan struct{} // closed when nothing can be written any more
	lost   atomic.Int64  // lines

	mutex     sync.Mutex // guards what follows
	timer     *time.Timer
	scheduled bool          // the timer will have what is gathered written
	lines     []byte        // gathered
	pending   []byte        // being written, or left by a write that failed
	spare     []byte        // space of the batch before
	writing   bool          // one goroutine does; pending is its own meanwhile
	again     bool          // it shall go on when it is done
	since     time.Time     // of the first try of what is pending
	changed   chan struct{} // closed, and made anew, when there is room and after every try
	failing   bool          // the last try did
	failure   error         // the first one
}

func newLogWriter(output io.Writer) *logWriter {
	w := &logWriter{output: output, broken: make(chan struct{}), changed: make(chan struct{})}
	w.timer = time.AfterFunc(batchDelay, w.write)
	return w
}

// Write takes one whole line. It has no errors: outcome has them.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !w.awaitRoom(len(line)) {
		w.lost.Add(1)
		return len(line), nil
	}
	w.lines = append(w.lines, line...)
	w.schedule(batchDelay)
	if len(w.lines) > batchBytes/2 && len(w.lines)-len(line) <= batchBytes/2 {
		w.timer.Reset(0)
	}
	return len(line), nil
}

// awaitRoom waits, with the mutex given up meanwhile, until a line has room. It is false where the log is stalled.
func (w *logWriter) awaitRoom(size int) bool {
	for len(w.lines) > 0 && len(w.lines)+size > batchBytes {
		left := stallAfter
		if len(w.pending) > 0 {
			left -= time.Since(w.since)
		}
		if left <= 0 {
			return false
		}
		w.awaitTry(time.After(left))
	}
	return !w.isBroken()
}

// awaitTry waits for the end of a try, with the mutex given up meanwhile. It is false where the time is over first.
func (w *logWriter) awaitTry(timeout <-chan time.Time) bool {
	changed := w.changed
	w.mutex.Unlock()
	defer w.mutex.Lock()
	select {
	case <-changed:
		return true
	case <-timeout:
		return false
	}
}

// isStalled tells whether lines wait that nobody has taken for stallAfter, or ever will.
func (w *logWriter) isStalled() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.isBroken() || len(w.pending) > 0 && time.Since(w.since) >= stallAfter
}

// flush returns once everything that has been logged is written, writing fails, or the patience is at its end.
func (w *logWriter) flush(patience time.Duration) {
	timeout := time.After(patience)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for w.waiting() > 0 {
		w.timer.Reset(0)
		if !w.awaitTry(timeout) || w.failing {
			return
		}
	}
}

// outcome is the first error of writing, and how many lines have been lost, those that wait included. Nil: every line has
// been written at the first try.
func (w *logWriter) outcome() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var problems []error
	if w.failure != nil {
		problems = append(problems, fmt.Errorf("writing the log: %w", w.failure))
	}
	if lost := w.lost.Load() + w.waiting(); lost > 0 {
		problems = append(problems, fmt.Errorf("the log lacks %d lines that nobody has read: have a reader on stdout at all times", lost))
	}
	return errors.Join(problems...)
}
