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

// lines hands on whole lines, and keeps the end of those that nobody has taken. exec.Cmd writes both streams from one
// goroutine when they are the same writer, so it needs no lock.
type lines struct {
	hear    func(line string) (taken bool) // nil takes none
	partial []byte
	end     []byte
}

func (l *lines) Write(chunk []byte) (int, error) {
	l.partial = append(l.partial, chunk...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte("\n"))
		if !whole && len(line) < keptBytes {
			return len(chunk), nil
		}
		l.partial = bytes.Clone(rest)
		if l.hear == nil || !l.hear(strings.TrimSuffix(string(line), "\r")) {
			l.end = append(append(l.end, line...), '\n')
			l.end = bytes.Clone(l.end[max(0, len(l.end)-keptBytes):])
		}
	}
}

// String returns the last lines that nobody has taken, and what has no end of line.
func (l *lines) String() string {
	kept := strings.Split(strings.TrimSpace(string(l.end)+string(l.partial)), "\n")
	return strings.Join(kept[max(0, len(kept)-keptLines):], "\n")
}
