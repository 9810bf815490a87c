package pulumi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// LockedError is the error of a command that would change a stack while another one does. It has changed nothing.
type LockedError struct {
	// Stack is the stack's name.
	Stack string
	// Holder is who changes it, as "user@host, process number"; empty where the backend does not tell.
	Holder string
	// Since is when that began; zero where the backend does not tell.
	Since time.Time
	// Gone: the holder was a process of this machine, and is no more.
	Gone bool
	// Free is what to do where nobody holds the lock any more.
	Free string
}

// Error implements error.
func (l *LockedError) Error() string {
	text := "another command is changing stack " + l.Stack
	if l.Holder != "" {
		text += fmt.Sprintf(": %s, since %s", l.Holder, l.Since.Local().Format(time.DateTime))
	}
	if l.Gone {
		return text + ": that process has ended without giving the lock back: " + l.Free
	}
	return text + ": wait for it to end; where there is no such command any more: " + l.Free
}

// lock is what Pulumi writes down of the command that holds a stack. The Automation API has nothing for it: its
// IsConcurrentUpdateError says whether, not who, and only when an update was begun.
type lock struct {
	PID       int
	Username  string
	Hostname  string
	Timestamp time.Time
}

// held is the error of a lock. Numbers of processes mean nothing on another machine, so that a lock from there counts as held.
func (l lock) held(stack, free string) *LockedError {
	host, err := os.Hostname()
	return &LockedError{
		Stack: stack, Holder: fmt.Sprintf("%s@%s, process %d", l.Username, l.Hostname, l.PID), Since: l.Timestamp,
		Gone: err == nil && l.Hostname == host && !child.Exists(l.PID), Free: free,
	}
}

// cancel is what frees a stack in a backend of the user's own.
func cancel(stack string) string { return "pulumi cancel --stack " + stack }

// CheckLocks returns a LockedError where another command is changing the stack, as far as files of this machine tell: those of the
// local state, or of a folder that is the user's backend. Other backends tell when an update is begun. In the local state locks of
// processes that are no more are removed; in a backend that others share that is a person's to decide.
func (s State) CheckLocks(stack string) error {
	return s.eachLock(stack, func(file string) error {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("removing a lock that nobody holds: %w", err)
		}
		return nil
	})
}

// Holder is CheckLocks for those who change nothing.
func (s State) Holder(stack string) error {
	return s.eachLock(stack, func(string) error { return nil })
}

// eachLock returns the first lock that is held, and calls left with the files of those before it that are not.
func (s State) eachLock(stack string, left func(file string) error) error {
	entries, err := os.ReadDir(s.locks(stack))
	if err != nil {
		return nil //nolint:nilerr // there is no such folder before the first update; one that cannot be read, Pulumi will name
	}
	for _, entry := range entries {
		file := filepath.Join(s.locks(stack), entry.Name())
		if filepath.Ext(file) != ".json" {
			continue // what the library that writes the locks keeps beside one (its attributes, in .json.attrs)
		}
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue // its holder has just finished
		}
		if err != nil {
			return fmt.Errorf("reading a lock of stack %s: %w", stack, err)
		}
		free := "delete " + file
		if s.OwnBackend {
			free = cancel(stack)
		}
		var found lock
		unreadable := json.Unmarshal(content, &found) != nil // Pulumi was killed while it wrote it
		held := found.held(stack, free)
		if s.OwnBackend || !unreadable && !held.Gone {
			return held
		}
		if err := left(file); err != nil {
			return err
		}
	}
	return nil
}

// refused reads from what Pulumi has said on stderr that somebody else holds the stack; nil where it has not said so. The backends
// in files and buckets have a line for each lock, "URL: created by user@host (pid 1) at 2006-01-02T15:04:05Z"; Pulumi Cloud
// does not tell who.
func refused(stack, said string) *LockedError {
	if strings.Contains(said, "[409] Conflict: Another update is currently in progress.") {
		return &LockedError{Stack: stack, Free: cancel(stack)}
	}
	_, locks, found := strings.Cut(said, "the stack is currently locked by ")
	if !found {
		return nil
	}
	_, locks, _ = strings.Cut(locks, ": created by ")
	line, _, _ := strings.Cut(locks, "\n")
	var first lock
	holder, rest, _ := strings.Cut(line, " (pid ")
	process, began, _ := strings.Cut(rest, ") at ")
	first.Username, first.Hostname, _ = strings.Cut(holder, "@")
	_, errProcess := fmt.Sscan(process, &first.PID)
	var errTime error
	if first.Timestamp, errTime = time.Parse(time.RFC3339, strings.TrimSpace(began)); errProcess != nil || errTime != nil {
		return &LockedError{Stack: stack, Free: cancel(stack)} // another version of Pulumi's says it in other words
	}
	return first.held(stack, cancel(stack))
}
