package server

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
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

// A batch that is full is taken away to be written, and its place is free at once.
func TestNextBatchHasRoomWhileOneIsWritten(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := pipe{make(chan int)}
		w := newLogWriter(p)
		start := time.Now()
		for range 65 {
			_, _ = w.Write([]byte(strings.Repeat("x", 1<<10-1) + "\n"))
		}
		if took := time.Since(start); took != 0 || w.lost.Load() != 0 {
			t.Errorf("the line after a full batch took %s, and %d are lost", took, w.lost.Load())
		}
		read(p, 2)
		w.flush(time.Minute)
	})
}

func TestNothingIsWrittenOfNothing(t *testing.T) {
	t.Parallel()

	w := newLogWriter(writerFunc(func(content []byte) (int, error) {
		t.Errorf("wrote %q", content)
		return len(content), nil
	}))
	w.write()
	w.flush(time.Second)
	w.timer.Stop()
}

// Not parallel: what others allocate would count.
func TestBatchesUseTheSameSpace(t *testing.T) {
	w := newLogWriter(writerFunc(func(content []byte) (int, error) { return len(content), nil }))
	defer w.timer.Stop()
	line := []byte(strings.Repeat("x", 1<<10) + "\n")
	batch := func() {
		for range 3 {
			_, _ = w.Write(line)
		}
		w.write()
	}
	batch()
	batch()
	// One for each of the two times that others are told.
	if allocations := testing.AllocsPerRun(100, batch); allocations > 2 {
		t.Errorf("a batch takes %v allocations, want those of two channels", allocations)
	}
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
	_, _ = w.Write([]byte("\n"))
	w.flush(time.Minute)
	if err := w.outcome(); err != nil || written.String() != "small\n"+large+"small\n\n" {
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

// failsOnce writes so many bytes, fails with the first error, then once with another, and from then on never.
type failsOnce struct {
	output *logs
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

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(content []byte) (int, error) { return f(content) }
