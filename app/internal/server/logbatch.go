package server

import (
	"bytes"
	"errors"
	"syscall"
	"time"
)

// write writes what is left of the batch before, or else what has been gathered.
func (w *logWriter) write() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.writing {
		w.again = true
		return
	}
	w.writing, w.again = true, true
	for w.again {
		w.again = false
		w.try()
	}
	w.writing = false
}

func (w *logWriter) try() {
	w.scheduled = false
	if len(w.pending) == 0 {
		w.pending, w.lines, w.spare = w.lines, w.spare[:0], nil
		w.since = time.Now()
		w.tell() // there is room
	}
	batch := w.pending
	w.mutex.Unlock()
	var written int
	var err error
	if len(batch) > 0 {
		written, err = w.output.Write(batch)
	}
	w.mutex.Lock()
	w.pending = batch[written:]
	if w.failing = err != nil; w.failing {
		w.note(err)
	}
	if len(w.pending) == 0 {
		w.spare = batch[:0]
	}
	if len(w.lines) > 0 {
		w.schedule(batchDelay)
	}
	w.tell()
}

// tell wakes everybody who waits.
func (w *logWriter) tell() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// schedule has what waits written after a delay, unless that will happen anyway.
func (w *logWriter) schedule(delay time.Duration) {
	if !w.scheduled {
		w.scheduled = true
		w.timer.Reset(delay)
	}
}

// note keeps the first error. A reader that has gone does not come back; everything else may pass.
func (w *logWriter) note(err error) {
	if w.failure == nil {
		w.failure = err
	}
	if errors.Is(err, syscall.EPIPE) && !w.isBroken() {
		close(w.broken)
	}
	if !w.isBroken() {
		w.schedule(retryDelay)
		return
	}
	w.lost.Add(w.waiting())
	w.pending, w.lines = nil, nil
}

func (w *logWriter) isBroken() bool {
	select {
	case <-w.broken:
		return true
	default:
		return false
	}
}

// waiting is how many lines are not written yet, one of which may be in part.
func (w *logWriter) waiting() int64 {
	return int64(bytes.Count(w.pending, []byte("\n")) + bytes.Count(w.lines, []byte("\n")))
}
