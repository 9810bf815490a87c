//go:build !otel

package server

import (
	"strings"
	"testing"
)

func TestBinaryWithoutTracingSaysSo(t *testing.T) {
	t.Parallel()

	for endpoint, warnings := range map[string]int{"": 0, "http://collector:4318": 1} {
		backend := newFixture(t)
		if _, err := newTracing(t.Context(), func(string) string { return endpoint }, buildInfo{}, backend.log); err != nil {
			t.Fatal(err)
		}
		_ = backend.output.Flush()
		lines := backend.logs.lines(t)
		if len(lines) != warnings {
			t.Errorf("endpoint %q: got %v, want %d lines", endpoint, lines, warnings)
		}
		for _, line := range lines {
			if text, _ := line["msg"].(string); line["level"] != "WARN" || !strings.Contains(text, "-tags otel") {
				t.Errorf("endpoint %q: got %v, want a warning that says what to do", endpoint, line)
			}
		}
	}
}
