// Package lock tells who holds what only one command may change at a time, and what the next one does about it.
package lock

import (
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// HeldError is the error of a command that would change what another one is changing. It has changed nothing, so that it ends as any
// command that has failed.
type HeldError struct {
	// Doing is what the other command does, such as "another command is changing stack dev".
	Doing string
	// Holder is who does it, as Process has it; empty where nobody tells.
	Holder string
	// Since is when that began; zero where nobody tells.
	Since time.Time
	// Gone: the holder was a process of this machine, and is no more.
	Gone bool
	// Free is what to do where nobody holds the lock any more; empty where it ends by itself.
	Free string
}

// Error implements error.
func (h *HeldError) Error() string {
	text := h.Doing
	if h.Holder != "" {
		text += ": " + h.Holder
	}
	if !h.Since.IsZero() {
		text += ", since " + h.Since.Local().Format(time.DateTime)
	}
	switch {
	case h.Gone:
		return text + ": that process has ended without giving the lock back: " + h.Free
	case h.Free != "":
		return text + ": wait for it to end; where there is no such command any more: " + h.Free
	}
	return text + ": wait for it to end, ashapp history shows what came of it"
}

// Process is one that holds a lock.
type Process struct {
	User, Host string
	// PID is its number on the host.
	PID int
}

// Self is this process.
func Self() Process {
	p := Process{User: "unknown", Host: "unknown", PID: os.Getpid()}
	if current, err := user.Current(); err == nil {
		p.User = current.Username
	}
	if host, err := os.Hostname(); err == nil {
		p.Host = host
	}
	return p
}

// String is "user@host, process number".
func (p Process) String() string { return fmt.Sprintf("%s@%s, process %d", p.User, p.Host, p.PID) }

// Parse reads what String writes.
func Parse(text string) (p Process, ok bool) {
	var number string
	p.User, text, ok = strings.Cut(text, "@")
	if ok {
		p.Host, number, ok = strings.Cut(text, ", process ")
	}
	if ok {
		_, err := fmt.Sscanf(number, "%d", &p.PID)
		ok = err == nil
	}
	return p, ok
}

// Gone tells whether it was a process of this machine, and is no more. Numbers of processes mean nothing on another machine, so that one
// from there may run.
func (p Process) Gone() bool {
	host, err := os.Hostname()
	return err == nil && p.Host == host && !child.Exists(p.PID)
}
