package server

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestStalledLogHoldsNobodyAndCountsWhatIsLost(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := pipe{make(chan int)}
		w := newLogWriter(p)
		start := time.Now()
		fill(w)
		if w.isStalled() {
			t.Error("the log counts as stalled at once")
		}
		_, _ = w.Write([]byte("lost\n")) // after waiting in vain
		if took := time.Since(start); took != stallAfter+batchDelay || !w.isStalled() {
			t.Errorf("the first line without room took %s, stalled is %v", took, w.isStalled())
		}
		_, _ = w.Write([]byte("lost\n")) // at once
		w.flush(time.Second)
		if took := time.Since(start); took != stallAfter+batchDelay+time.Second || w.lost.Load() != 2 {
			t.Errorf("after %s %d lines are lost, want 2", took, w.lost.Load())
		}
		if err := w.outcome(); err == nil || err.Error() != "the log lacks 67 lines that nobody has read: have a reader on stdout at all times" {
			t.Errorf("got %v, want it to count what is lost and what waits", err)
		}
		read(p, 2)
		time.Sleep(time.Second)
		if w.isStalled() {
			t.Error("the log is still stalled after it was read")
		}
		if err := w.outcome(); err == nil || !strings.Contains(err.Error(), "lacks 2 lines") {
			t.Errorf("got %v, want the two lines that are lost", err)
		}
	})
}

func TestFailedWriteIsDoneAgainAndNotForgotten(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		written := &logs{}
		failing := &failsOnce{output: written, after: 7}
		w := newLogWriter(failing)
		_, _ = w.Write([]byte("first\n"))
		_, _ = w.Write([]byte("second\n"))
		start := time.Now()
		w.flush(time.Minute)
		if took := time.Since(start); took != 0 || written.text() != "first\ns" || w.isStalled() {
			t.Errorf("after %s the output has %q", took, written.text())
		}
		_, _ = w.Write([]byte("third\n"))
		time.Sleep(99 * time.Millisecond)
		synctest.Wait()
		if got := written.text(); got != "first\ns" {
			t.Errorf("after 99 ms got %q, want no try yet", got)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if got := written.text(); got != "first\nsecond\n" {
			t.Errorf("after %s got %q, want the line that was cut to be complete", retryDelay, got)
		}
		time.Sleep(batchDelay)
		synctest.Wait()
		if got := written.text(); got != "first\nsecond\nthird\n" || w.lost.Load() != 0 {
			t.Errorf("got %q, want every line once", got)
		}
		if err := w.outcome(); !errors.Is(err, errFull) || err.Error() != "writing the log: no space left on device" {
			t.Errorf("got %v, want the error although it has passed", err)
		}
	})
}

func TestOneLostLineIsTold(t *testing.T) {
	t.Parallel()

	w := newLogWriter(io.Discard)
	if err := w.outcome(); err != nil {
		t.Errorf("got %v although nothing is lost", err)
	}
	w.lost.Add(1)
	if err := w.outcome(); err == nil || !strings.Contains(err.Error(), "lacks 1 lines") {
		t.Errorf("got %v, want it to tell of one line", err)
	}
}

func TestFirstErrorIsTheOneThatIsTold(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		failures := []error{errFull, errors.New("input/output error")}
		w := newLogWriter(writerFunc(func([]byte) (int, error) {
			err := failures[0]
			failures = failures[1:]
			return 0, err
		}))
		_, _ = w.Write([]byte("line\n"))
		w.flush(time.Minute)
		w.flush(time.Minute)
		if err := w.outcome(); !errors.Is(err, errFull) || len(failures) != 0 {
			t.Errorf("got %v, want the first of two errors", err)
		}
		w.timer.Stop()
	})
}

func TestReaderThatHasGoneBreaksTheLog(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		calls := 0
		w := newLogWriter(writerFunc(func([]byte) (int, error) { calls++; return 2, syscall.EPIPE }))
		_, _ = w.Write([]byte("one\n"))
		_, _ = w.Write([]byte("two\n"))
		w.flush(time.Minute)
		<-w.broken
		if !w.isStalled() || w.lost.Load() != 2 {
			t.Errorf("stalled is %v and %d lines are lost, want 2", w.isStalled(), w.lost.Load())
		}
		start := time.Now()
		_, _ = w.Write([]byte("three\n"))
		time.Sleep(time.Second)
		synctest.Wait()
		if calls != 1 || w.lost.Load() != 3 || time.Since(start) != time.Second {
			t.Errorf("%d writes and %d lines lost, want no further write", calls, w.lost.Load())
		}
		if err := w.outcome(); !errors.Is(err, syscall.EPIPE) || !strings.Contains(err.Error(), "lacks 3 lines") {
			t.Errorf("got %v", err)
		}
	})
}
