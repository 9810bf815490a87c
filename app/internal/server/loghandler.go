package server

import (
	"context"
	"log/slog"
	"time"
)

// urgentPatience is how long whoever logs an error waits for it to be written: what follows may be the end.
const urgentPatience = 100 * time.Millisecond

// newLogHandler logs lines of JSON from a level on. Errors are written at once.
func newLogHandler(output *logWriter, level slog.Leveler) slog.Handler {
	return &urgentHandler{slog.NewJSONHandler(output, &slog.HandlerOptions{Level: level}), output}
}

// urgentHandler flushes after errors.
type urgentHandler struct {
	slog.Handler
	output *logWriter
}

func (h *urgentHandler) Handle(ctx context.Context, record slog.Record) error {
	err := h.Handler.Handle(ctx, record)
	if record.Level >= slog.LevelError {
		h.output.flush(urgentPatience)
	}
	return err
}

func (h *urgentHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &urgentHandler{h.Handler.WithAttrs(attributes), h.output}
}

func (h *urgentHandler) WithGroup(name string) slog.Handler {
	return &urgentHandler{h.Handler.WithGroup(name), h.output}
}
