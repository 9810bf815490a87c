package server

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Bounds of a batch of log lines. The delay is what a process that is killed without a signal that it can catch may lose;
// every other end of it flushes.
const (
	batchBytes = 64 << 10
	batchDelay = 10 * time.Millisecond
)

// batchWriter gathers log lines and writes them together, since a system call for each line costs more than the request
// that it tells of. While a batch is being written the next one is gathered. It never drops a line: when the reader is
// slower than that, whoever logs waits.
type batchWriter struct {
	output io.Writer
	timer  *time.Timer

	gathering sync.Mutex // guards what follows
	lines     []byte
	scheduled bool // a flush will come without being asked for

	writing sync.Mutex // guards what follows, and is taken before gathering
	written []byte     // the batch before, for its space
	err     error      // of the last write
}

func newBatchWriter(output io.Writer) *batchWriter {
	w := &batchWriter{output: output, lines: make([]byte, 0, batchBytes), written: make([]byte, 0, batchBytes)}
	w.timer = time.AfterFunc(batchDelay, func() { _ = w.Flush() }) // the error is kept for the last flush
	return w
}

// Write takes whole lines. It has no errors: Flush has them.
func (w *batchWriter) Write(line []byte) (int, error) {
	w.gathering.Lock()
	for len(w.lines) > 0 && len(w.lines)+len(line) > batchBytes {
		w.gathering.Unlock()
		_ = w.Flush() // as above
		w.gathering.Lock()
	}
	w.lines = append(w.lines, line...)
	switch {
	case !w.scheduled:
		w.scheduled = true
		w.timer.Reset(batchDelay)
	case len(w.lines) > batchBytes/2 && len(w.lines)-len(line) <= batchBytes/2:
		w.timer.Reset(0)
	}
	w.gathering.Unlock()
	return len(line), nil
}

// Flush writes what has been gathered. It returns the error of the last write, which may have been an earlier one.
func (w *batchWriter) Flush() error {
	w.writing.Lock()
	defer w.writing.Unlock()
	w.gathering.Lock()
	batch := w.lines
	w.lines, w.scheduled = w.written[:0], false
	w.gathering.Unlock()
	w.written = batch
	if len(batch) > 0 {
		_, w.err = w.output.Write(batch)
	}
	return w.err
}

// newLogHandler logs lines of JSON from a level on. Errors are written at once: what follows may be the end.
func newLogHandler(output *batchWriter, level slog.Leveler) slog.Handler {
	return &urgentHandler{slog.NewJSONHandler(output, &slog.HandlerOptions{Level: level}), output}
}

// urgentHandler flushes after errors.
type urgentHandler struct {
	slog.Handler
	output *batchWriter
}

func (h *urgentHandler) Handle(ctx context.Context, record slog.Record) error {
	err := h.Handler.Handle(ctx, record)
	if err == nil && record.Level >= slog.LevelError {
		return h.output.Flush()
	}
	return err
}

func (h *urgentHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &urgentHandler{h.Handler.WithAttrs(attributes), h.output}
}

func (h *urgentHandler) WithGroup(name string) slog.Handler {
	return &urgentHandler{h.Handler.WithGroup(name), h.output}
}
