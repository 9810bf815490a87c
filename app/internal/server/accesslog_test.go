package server

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAccessLineIsWhatSlogWouldWrite(t *testing.T) {
	t.Parallel()

	end := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC)
	request := httptest.NewRequest(http.MethodGet, "/a%22b%0a", nil)
	request.Pattern, request.RemoteAddr = unknownPath, "[fe80::1%eth\"0]:1234"
	sent := &response{status: 404, bytes: 7, requestID: [1]string{"id"}}

	var own bytes.Buffer
	output := newBatchWriter(&own)
	lines := (&accessLog{output, slog.LevelInfo}).linesOf(kind{"GET", "unmatched", 404})
	lines.write(request, sent, "trace", end, 1500*time.Microsecond)
	if err := output.Flush(); err != nil {
		t.Fatal(err)
	}

	var theirs bytes.Buffer
	record := slog.NewRecord(end, slog.LevelWarn, "request", 0)
	record.Add("route", "unmatched", "method", "GET", "status", 404, "bytes", 7, "duration_us", 1500,
		"remote", request.RemoteAddr, "request_id", "id", "trace_id", "trace", "path", "/a\"b\n")
	if err := slog.NewJSONHandler(&theirs, nil).Handle(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	if own.String() != theirs.String() {
		t.Errorf("got\n%swant\n%s", &own, &theirs)
	}
}

func TestLinesBelowTheLevelAreNotWritten(t *testing.T) {
	t.Parallel()

	var written bytes.Buffer
	output := newBatchWriter(&written)
	lines := (&accessLog{output, slog.LevelWarn}).linesOf(kind{"GET", "GET /{$}", 200})
	lines.write(httptest.NewRequest(http.MethodGet, "/", nil), &response{status: 200}, "", time.Now(), 0)
	if err := output.Flush(); err != nil || written.Len() > 0 {
		t.Errorf("got %q, %v", &written, err)
	}
}

// Whatever a client sends, it stays within its string.
func FuzzAppendString(f *testing.F) {
	for _, text := range []string{"", "plain", "\"", "\\", "\n", "\x00", "\xff", "ü", " ", "<&>", `","level":"ERROR`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := appendString([]byte(`{"key":`), text)
		line = append(line, '}')
		var got map[string]string
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%q makes %q: %v", text, line, err)
		}
		if want := map[string]string{"key": strings.ToValidUTF8(text, "\ufffd")}; len(got) != 1 ||
			!reflect.DeepEqual(got, want) && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q makes %q", text, line)
		}
		if bytes.ContainsAny(line, "\n\r\x00") {
			t.Errorf("%q makes more than a line: %q", text, line)
		}
	})
}
