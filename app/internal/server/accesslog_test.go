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
	"testing/synctest"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestAccessLineIsWhatSlogWouldWrite(t *testing.T) {
	t.Parallel()

	const trace = "0af7651916cd43dd8448eb211c80319c"
	end := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC)
	request := httptest.NewRequest(http.MethodGet, "/a%22b%0a", nil)
	request.Pattern, request.RemoteAddr = unknownPath, "[fe80::1%eth\"0]:1234"
	request.Header = http.Header{
		traceparentHeader: {"00-" + trace + "-b7ad6b7169203331-01"},
		"User-Agent":      {"curl/8 \"x\""},
		"X-Forwarded-For": {"203.0.113.1, 10.0.0.1", "10.0.0.2"},
		"Forwarded":       {"for=\"[2001:db8::1]\"", "for=10.0.0.1"},
	}
	sent := &response{status: 404, bytes: 7, requestID: [1]string{"id"}}

	own := &logs{}
	output := newLogWriter(own)
	lines := (&accessLog{output, slog.LevelInfo}).linesOf(kind{"GET", unmatched, 404})
	lines.write(request, sent, end, 1500*time.Microsecond)
	output.flush(time.Minute)

	var theirs bytes.Buffer
	record := slog.NewRecord(end, slog.LevelWarn, "request", 0)
	record.Add("route", "unmatched", "method", "GET", "status", 404, "bytes", 7, "duration_us", 1500, "protocol", "HTTP/1.1",
		"remote", request.RemoteAddr, "request_id", "id", "trace_id", trace, "user_agent", "curl/8 \"x\"",
		"x_forwarded_for", "203.0.113.1, 10.0.0.1, 10.0.0.2", "forwarded", "for=\"[2001:db8::1]\", for=10.0.0.1", "path", "/a\"b\n")
	if err := slog.NewJSONHandler(&theirs, nil).Handle(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	if got := own.buffer.String(); got != theirs.String() {
		t.Errorf("got\n%swant\n%s", got, &theirs)
	}
}

func TestFieldsOfAClientAreBounded(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("x", 257)
	backend := newFixture(t)
	backend.ask(http.MethodGet, "/"+long, http.Header{"User-Agent": {long}, "X-Forwarded-For": {long}, "Forwarded": {long}})
	line := backend.requests(t)[0]
	for _, field := range []string{"user_agent", "x_forwarded_for", "forwarded"} {
		if want := long[:256] + "..."; line[field] != want {
			t.Errorf("%s is %v, want 256 bytes of it", field, line[field])
		}
	}
	backend.ask(http.MethodGet, "/", http.Header{"User-Agent": {long[:256]}})
	if got := backend.requests(t)[1]["user_agent"]; got != long[:256] {
		t.Errorf("256 bytes became %v", got)
	}
	if path, _ := line["path"].(string); len(path) != 259 {
		t.Errorf("the path has %d bytes", len(path))
	}
}

func TestLinesBelowTheLevelAreNotWritten(t *testing.T) {
	t.Parallel()

	written := &logs{}
	output := newLogWriter(written)
	lines := (&accessLog{output, slog.LevelWarn}).linesOf(kind{"GET", "/", 200})
	lines.write(httptest.NewRequest(http.MethodGet, "/", nil), &response{status: 200}, time.Now(), 0)
	output.flush(time.Minute)
	if got := written.lines(t); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestLevelIsThatOfTheSettings(t *testing.T) {
	t.Parallel()

	written := &logs{}
	told := newTelemetry(newLogWriter(written), slog.LevelDebug, buildInfo{})
	backend := newBackend(config{greeting: "hi"}, buildInfo{}, "host", told)
	backend.public.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, contract.LivenessPath, nil))
	told.log.Debug("of the program")
	told.output.flush(time.Minute)
	if lines := written.lines(t); len(lines) != 2 || lines[0]["level"] != "DEBUG" || lines[1]["msg"] != "of the program" {
		t.Errorf("at debug the log has %v, want the probe as well", lines)
	}
}

func TestLevelIsByTheOutcome(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		route  string
		status int
		level  slog.Level
	}{
		{"/", 200, slog.LevelInfo}, {"/", 399, slog.LevelInfo}, {"/", 400, slog.LevelWarn}, {"/", 499, slog.LevelWarn},
		{"/", 500, slog.LevelError}, {"/", 0, slog.LevelWarn},
		{contract.LivenessPath, 200, slog.LevelDebug}, {contract.StartupPath, 200, slog.LevelDebug},
		{contract.ReadinessPath, 503, slog.LevelDebug}, {contract.ReadinessPath, 405, slog.LevelWarn},
		{contract.VersionPath, 200, slog.LevelInfo},
	} {
		if got := (kind{"GET", test.route, test.status}).level(); got != test.level {
			t.Errorf("%s with %d is logged as %s, want %s", test.route, test.status, got, test.level)
		}
	}
}

// A failure may be the last thing that the process tells.
func TestLineOfAFailureIsWrittenAtOnce(t *testing.T) {
	t.Parallel()

	for status, want := range map[int]int{http.StatusInternalServerError: 1, http.StatusNotFound: 0} {
		synctest.Test(t, func(t *testing.T) {
			backend := newFixture(t)
			backend.handle(func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, status, "no") })
			backend.ask(http.MethodGet, "/", nil)
			if got := len(backend.logs.lines(t)); got != want {
				t.Errorf("%d: %d lines are written when it is answered, want %d", status, got, want)
			}
			time.Sleep(batchDelay)
		})
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
