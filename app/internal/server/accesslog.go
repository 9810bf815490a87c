package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// accessLog writes one line for each request. The lines look like all others of the log, but only what requests of a
// kind have in common is formatted by slog, once: for every line, that costs more than anything else that the backend
// does for a request.
type accessLog struct {
	output *batchWriter
	level  slog.Leveler
}

// lineWriter writes the lines of one kind of request.
type lineWriter struct {
	output *batchWriter
	common []byte // from the level to the status, without the braces; empty: these lines are not wanted
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
	return &lineWriter{a.output, bytes.Trim(line.Bytes(), "{}\n"), level >= slog.LevelError}
}

// level is by the outcome: ERROR where the backend is at fault, WARN where the client is or where the connection was
// cut, INFO else. Probes come every second and say nothing that is not logged elsewhere: they are DEBUG.
func (k kind) level() slog.Level {
	switch k.route {
	case "GET " + contract.LivenessPath, "GET " + contract.ReadinessPath, "GET " + contract.StartupPath:
		return slog.LevelDebug
	}
	switch {
	case k.status >= http.StatusInternalServerError:
		return slog.LevelError
	case k.status >= http.StatusBadRequest || k.status == 0:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

func (l *lineWriter) write(r *http.Request, sent *response, trace string, end time.Time, duration time.Duration) {
	if len(l.common) == 0 {
		return
	}
	size := sent.bytes
	if r.Method == http.MethodHead {
		size = 0 // net/http drops the body
	}
	var space [512]byte
	line := append(space[:0], `{"time":"`...)
	line = end.AppendFormat(line, time.RFC3339Nano)
	line = append(line, `",`...)
	line = append(line, l.common...)
	line = strconv.AppendInt(append(line, `,"bytes":`...), size, 10)
	line = strconv.AppendInt(append(line, `,"duration_us":`...), duration.Microseconds(), 10)
	line = appendString(append(line, `,"remote":`...), r.RemoteAddr)
	line = appendString(append(line, `,"request_id":`...), sent.requestID[0])
	if trace != "" {
		line = appendString(append(line, `,"trace_id":`...), trace)
	}
	if r.Pattern == unknownPath {
		line = appendString(append(line, `,"path":`...), abridged(r.URL.Path))
	}
	line = append(line, "}\n"...)
	_, err := l.output.Write(line)
	if err == nil && l.urgent {
		_ = l.output.Flush() // as below
	}
	// Nowhere is left to report to when the log fails; Run does so at the end.
}

// appendString appends text as a JSON string. Nothing in a text can end the string or the line.
func appendString(line []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(text)
			if err != nil {
				panic(err) // strings can always be encoded
			}
			return append(line, quoted...)
		}
	}
	line = append(line, '"')
	line = append(line, text...)
	return append(line, '"')
}
