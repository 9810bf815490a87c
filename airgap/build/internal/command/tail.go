package command

import (
	"bytes"
	"strings"
)

const (
	keptLines = 20
	// keptBytes bounds the memory that a program's output takes, whatever its lines are like.
	keptBytes = 16 << 10
)

// tail keeps the end of what is written to it. exec.Cmd writes both streams from one goroutine when they are the same
// writer, so it needs no lock.
type tail struct {
	end []byte
}

func (t *tail) Write(chunk []byte) (int, error) {
	t.end = append(t.end, chunk...)
	if excess := len(t.end) - keptBytes; excess > 0 {
		t.end = bytes.Clone(t.end[excess:])
	}
	return len(chunk), nil
}

// String returns the last lines.
func (t *tail) String() string {
	lines := strings.Split(strings.TrimSpace(string(t.end)), "\n")
	return strings.Join(lines[max(0, len(lines)-keptLines):], "\n")
}

// lines hands on whole lines, and keeps the end of those that nobody has taken.
type lines struct {
	hear    func(line string) (taken bool)
	partial []byte
	last    tail
}

func (l *lines) Write(chunk []byte) (int, error) {
	if l.hear == nil {
		return l.last.Write(chunk)
	}
	l.partial = append(l.partial, chunk...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte("\n"))
		if !whole && len(line) < keptBytes {
			return len(chunk), nil
		}
		l.partial = bytes.Clone(rest)
		if !l.hear(strings.TrimSuffix(string(line), "\r")) {
			_, _ = l.last.Write(append(line, '\n')) // memory never fails to be written
		}
	}
}

// String returns the last lines that nobody has taken, and what has no end of line.
func (l *lines) String() string {
	whole := l.last
	_, _ = whole.Write(l.partial)
	return whole.String()
}
