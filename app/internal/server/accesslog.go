package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// maxFieldBytes bounds each thing that a client has written into its line.
const maxFieldBytes = 256

// accessLog writes one line for each request. The lines look like all others of the log, but only what requests of a
// kind have in common is formatted by slog, once: for every line, that costs more than anything else that the backend
// does for a request.
type accessLog struct {
	output *logWriter
	level  slog.Leveler
}

// lineWriter writes the lines of one kind of request.
type lineWriter struct {
	output *logWriter
	common []byte // from the level to the status, without the braces; empty: these lines are not wanted
	path   bool   // no route says what was asked for
	urgent bool   // what follows may be the end
}

func (a *accessLog) linesOf(k kind) *lineWriter {
	level := k.level()
	var line bytes.Buffer
	record := slog.NewRecord(time.Time{}, level, "request", 0)
	record.AddAttrs(slog.String("route", k.route), slog.String("method", k.method), slog.Int("status", k.status))
	handler := slog.NewJSONHandler(&line, &slog.HandlerOptions{Level: a.level})
	if handler.Enabled(context.Background(), level) {
		_ = handler.Handle(context.Background(), record) // a buffer takes everything
	}
	return &lineWriter{a.output, bytes.Trim(line.Bytes(), "{}\n"), k.route == unmatched, level >= slog.LevelError}
}

// level is by the outcome: ERROR where the backend is at fault, WARN where the client is or where the connection was
// cut, INFO else. Probes come every second and say nothing that is not logged elsewhere: they are DEBUG.
func (k kind) level() slog.Level {
	switch k.route {
	case contract.LivenessPath, contract.ReadinessPath, contract.StartupPath:
		if k.status != http.StatusMethodNotAllowed {
			return slog.LevelDebug
		}
	}
	switch {
	case k.status >= http.StatusInternalServerError:
		return slog.LevelError
	case k.status >= http.StatusBadRequest || k.status == 0:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (l *lineWriter) write(r *http.Request, sent *response, end time.Time, duration time.Duration) {
	if len(l.common) == 0 {
		return
	}
	size := sent.bytes
	if r.Method == http.MethodHead {
		size = 0 // net/http drops the body
	}
	var space [1024]byte
	line := append(space[:0], `{"time":"`...)
	line = end.AppendFormat(line, time.RFC3339Nano)
	line = append(line, `",`...)
	line = append(line, l.common...)
	line = strconv.AppendInt(append(line, `,"bytes":`...), size, 10)
	line = strconv.AppendInt(append(line, `,"duration_us":`...), duration.Microseconds(), 10)
	line = appendField(line, "protocol", r.Proto)
	line = appendField(line, "remote", r.RemoteAddr)
	line = appendField(line, "request_id", sent.requestID[0])
	line = appendField(line, "trace_id", traceID(r.Header))
	line = appendField(line, "user_agent", first(r.Header["User-Agent"]))
	// Whoever has sent them may have invented them, so neither is ever taken for the remote.
	line = appendField(line, "x_forwarded_for", strings.Join(r.Header["X-Forwarded-For"], ", "))
	line = appendField(line, "forwarded", strings.Join(r.Header["Forwarded"], ", "))
	if l.path {
		line = appendField(line, "path", r.URL.Path)
	}
	line = append(line, "}\n"...)
	_, _ = l.output.Write(line) // never fails
	if l.urgent {
		l.output.flush(urgentPatience)
	}
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// appendField appends a field with a text, abridged where it is long, and nothing where there is none.
func appendField(line []byte, name, text string) []byte {
	if text == "" {
		return line
	}
	line = append(append(append(line, `,"`...), name...), `":`...)
	return appendString(line, abridged(text, maxFieldBytes))
}

// appendString appends text as a JSON string. Nothing in a text can end the string or the line.
func appendString(line []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // texts can always be encoded
			return append(line, quoted...)
		}
	}
	line = append(line, '"')
	line = append(line, text...)
	return append(line, '"')
}
