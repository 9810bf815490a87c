package server

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestNoLineIsLostOrMixed(t *testing.T) {
	t.Parallel()

	const writers, each = 8, 5000
	written := &logs{}
	w := newLogWriter(written)
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for i := range each {
				_, _ = fmt.Fprintf(w, `{"writer":%d,"number":%d,"padding":%q}`+"\n", writer, i, strings.Repeat("x", i%500))
			}
		})
	}
	group.Wait()
	w.flush(time.Minute)
	if err := w.outcome(); err != nil {
		t.Fatal(err)
	}
	next := make([]float64, writers)
	for _, line := range written.lines(t) {
		writer := int(line["writer"].(float64))
		if line["number"] != next[writer] {
			t.Fatalf("writer %d: line %v comes where %v should", writer, line["number"], next[writer])
		}
		next[writer]++
	}
	for writer, lines := range next {
		if lines != each {
			t.Errorf("writer %d: %v of %d lines have arrived", writer, lines, each)
		}
	}
}

func TestLineAppearsWithinTheDelay(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		written := &logs{}
		w := newLogWriter(written)
		for range 3 {
			before := len(written.lines(t))
			_, _ = w.Write([]byte("{}\n"))
			time.Sleep(9 * time.Millisecond)
			_, _ = w.Write([]byte("{}\n")) // does not put it off
			synctest.Wait()
			if got := len(written.lines(t)); got != before {
				t.Errorf("a line was written at once, by a system call of its own")
			}
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if got := len(written.lines(t)); got != before+2 {
				t.Errorf("%d lines after 10 ms, want %d", got, before+2)
			}
		}
	})
}

func TestHalfABatchIsWrittenEarly(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		var written bytes.Buffer
		w := newLogWriter(&written)
		half := strings.Repeat("x", 32<<10-1) + "\n"
		_, _ = w.Write([]byte(half))
		synctest.Wait()
		if written.Len() != 0 {
			t.Errorf("32 KiB were written at once")
		}
		_, _ = w.Write([]byte("\n"))
		synctest.Wait()
		if written.Len() != 32<<10+1 {
			t.Errorf("%d bytes were written at once of half a batch and more", written.Len())
		}
	})
}

func TestErrorsAreWrittenAtOnce(t *testing.T) {
	t.Parallel()

	written := &logs{}
	log := slog.New(newLogHandler(newLogWriter(written), slog.LevelInfo)).With("with", 1.0).WithGroup("group")
	log.Debug("not wanted")
	log.Info("first", "key", 1.0)
	log.Error("second", "key", 2.0)
	lines := written.lines(t)
	if len(lines) != 2 || lines[0]["msg"] != "first" || lines[1]["msg"] != "second" {
		t.Fatalf("after an error the log has %v, want both lines", lines)
	}
	group, _ := lines[1]["group"].(map[string]any)
	if lines[1]["with"] != 1.0 || group["key"] != 2.0 {
		t.Errorf("got %v, want what the logger was made with", lines[1])
	}
}

func TestLineLargerThanABatch(t *testing.T) {
	t.Parallel()

	var written bytes.Buffer
	w := newLogWriter(&written)
	large := strings.Repeat("x", 3*batchBytes) + "\n"
	for _, line := range []string{"small\n", large, "small\n"} {
		_, _ = w.Write([]byte(line))
	}
	w.flush(time.Minute)
	if err := w.outcome(); err != nil || written.String() != "small\n"+large+"small\n" {
		t.Errorf("got %d bytes and %v", written.Len(), err)
	}
}

// pipe is an output that takes a write when it is read from.
type pipe struct{ reads chan int } // how many bytes each read takes; fewer than are written: an error

var errFull = errors.New("no space left on device")

func (p pipe) Write(content []byte) (int, error) {
	if taken := <-p.reads; taken < len(content) {
		return taken, errFull
	}
	return len(content), nil
}

const everything = 1 << 30

// fill logs 65 lines of 1 KiB, after which there is no room for one more: one is being written, and the others wait.
func fill(w *logWriter) {
	line := []byte(strings.Repeat("x", 1<<10-1) + "\n")
	_, _ = w.Write(line)
	time.Sleep(batchDelay)
	synctest.Wait() // it is being written
	for range 64 {
		_, _ = w.Write(line)
	}
}

func TestWriterWaitsForAReaderThatIsSlow(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := pipe{make(chan int)}
		w := newLogWriter(p)
		fill(w)
		start := time.Now()
		time.AfterFunc(stallAfter-20*time.Millisecond, func() { p.reads <- everything })
		_, _ = w.Write([]byte("late\n"))
		if took := time.Since(start); took != stallAfter-20*time.Millisecond {
			t.Errorf("the writer waited %s, want until there was room", took)
		}
		if w.isStalled() {
			t.Error("a log that is read counts as stalled")
		}
		read(p, 2)
		w.flush(time.Minute)
		if err := w.outcome(); err != nil {
			t.Error(err)
		}
	})
}

// read reads so many times more.
func read(p pipe, times int) {
	go func() {
		for range times {
			p.reads <- everything
		}
	}()
}

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
		var written bytes.Buffer
		failing := &failsOnce{output: &written, after: 7}
		w := newLogWriter(failing)
		_, _ = w.Write([]byte("first\n"))
		_, _ = w.Write([]byte("second\n"))
		start := time.Now()
		w.flush(time.Minute)
		if took := time.Since(start); took != 0 || written.String() != "first\ns" || w.isStalled() {
			t.Errorf("after %s the output has %q", took, &written)
		}
		_, _ = w.Write([]byte("third\n"))
		time.Sleep(retryDelay)
		synctest.Wait()
		if got := written.String(); got != "first\nsecond\n" {
			t.Errorf("after %s got %q, want the line that was cut to be complete", retryDelay, got)
		}
		time.Sleep(batchDelay)
		synctest.Wait()
		if got := written.String(); got != "first\nsecond\nthird\n" || w.lost.Load() != 0 {
			t.Errorf("got %q, want every line once", got)
		}
		if err := w.outcome(); !errors.Is(err, errFull) || err.Error() != "writing the log: no space left on device" {
			t.Errorf("got %v, want the error although it has passed", err)
		}
	})
}

// failsOnce writes so many bytes, fails with the first error, then once with another, and from then on never.
type failsOnce struct {
	output *bytes.Buffer
	after  int
	calls  int
}

func (f *failsOnce) Write(content []byte) (int, error) {
	if f.calls++; f.calls == 1 {
		n, _ := f.output.Write(content[:f.after])
		return n, errFull
	}
	return f.output.Write(content)
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

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(content []byte) (int, error) { return f(content) }

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
