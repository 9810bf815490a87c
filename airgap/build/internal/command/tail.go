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
