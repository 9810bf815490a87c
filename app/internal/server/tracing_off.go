//go:build !otel

package server

import (
	"context"
	"log/slog"
)

func newTracing(_ context.Context, getenv func(string) string, _ buildInfo, log *slog.Logger) (tracing, error) {
	if endpoint := getenv(tracesVariable); endpoint != "" {
		log.Warn("this binary cannot trace: build it with -tags otel, or unset the variable", "variable", tracesVariable, "value", endpoint)
	}
	return noTracing(), nil
}
