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
	w := newBatchWriter(written)
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for i := range each {
				_, _ = fmt.Fprintf(w, `{"writer":%d,"number":%d,"padding":%q}`+"\n", writer, i, strings.Repeat("x", i%500))
			}
		})
	}
	group.Wait()
	if err := w.Flush(); err != nil {
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
		w := newBatchWriter(written)
		for range 3 {
			before := len(written.lines(t))
			_, _ = w.Write([]byte("{}\n"))
			if got := len(written.lines(t)); got != before {
				t.Errorf("a line was written at once, by a system call of its own")
			}
			time.Sleep(batchDelay)
			synctest.Wait()
			if got := len(written.lines(t)); got != before+1 {
				t.Errorf("%d lines after %s, want %d", got, batchDelay, before+1)
			}
		}
	})
}

func TestErrorsAreWrittenAtOnce(t *testing.T) {
	t.Parallel()

	written := &logs{}
	log := slog.New(newLogHandler(newBatchWriter(written), slog.LevelInfo)).With("with", 1).WithGroup("group")
	log.Info("first", "key", 1)
	log.Error("second", "key", 2)
	lines := written.lines(t)
	if len(lines) != 2 || lines[0]["msg"] != "first" || lines[1]["msg"] != "second" {
		t.Errorf("after an error the log has %v, want both lines", lines)
	}
}

func TestLineLargerThanABatch(t *testing.T) {
	t.Parallel()

	var written bytes.Buffer
	w := newBatchWriter(&written)
	large := strings.Repeat("x", 3*batchBytes) + "\n"
	for _, line := range []string{"small\n", large, "small\n"} {
		_, _ = w.Write([]byte(line))
	}
	if err := w.Flush(); err != nil || written.String() != "small\n"+large+"small\n" {
		t.Errorf("got %d bytes and %v", written.Len(), err)
	}
}

type brokenPipe struct{}

var errBroken = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestFlushTellsWhyWritingFailed(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		w := newBatchWriter(brokenPipe{})
		_, _ = w.Write([]byte("line\n"))
		time.Sleep(batchDelay) // the timer's flush is the one that fails
		synctest.Wait()
		if err := w.Flush(); !errors.Is(err, errBroken) {
			t.Errorf("got %v, want %v", err, errBroken)
		}
	})
}
