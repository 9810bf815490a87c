package supervise

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"sync"
)

const (
	keptLines = 12
	// maxLine bounds the memory that a process without line ends can take.
	maxLine = 16 << 10
)

// lines writes each line of a process to destination, behind the process' name, and keeps the last ones.
type lines struct {
	prefix      string
	destination io.Writer

	mutex   sync.Mutex
	partial []byte
	kept    []string
}

func newLines(name string, destination io.Writer) *lines {
	return &lines{prefix: name + " | ", destination: destination}
}

// Write never fails: a process must not end because the reader of its logs is gone.
func (l *lines) Write(chunk []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.partial = append(l.partial, chunk...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found && len(l.partial) < maxLine {
			return len(chunk), nil
		}
		l.emit(line)
		l.partial = rest
	}
}

func (l *lines) emit(line []byte) {
	_, _ = fmt.Fprintf(l.destination, "%s%s\n", l.prefix, line)
	if len(l.kept) == keptLines {
		l.kept = slices.Delete(l.kept, 0, 1)
	}
	l.kept = append(l.kept, string(line))
}

// last returns the kept lines and what came after the last line end.
func (l *lines) last() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	last := slices.Clone(l.kept)
	if len(l.partial) > 0 {
		last = append(last, string(l.partial))
	}
	return last
}

// shared lets several processes write to one destination a line at a time.
type shared struct {
	mutex       sync.Mutex
	destination io.Writer
}

func (s *shared) Write(line []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.destination.Write(line)
}
