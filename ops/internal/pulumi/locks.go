package pulumi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/ops/internal/lock"
)

// held is the error of a stack that somebody changes; nobody where only that is known.
func held(stack string, holder lock.Process, since time.Time, free string) *lock.HeldError {
	e := &lock.HeldError{Doing: "another command is changing stack " + stack, Since: since, Gone: holder.Gone(), Free: free}
	if holder != (lock.Process{}) {
		e.Holder = holder.String()
	}
	return e
}

// cancel is what frees a stack in a backend of the user's own.
func cancel(stack string) string { return "pulumi cancel --stack " + stack }

// CheckLocks returns a lock.HeldError where another command is changing the stack, as far as files of this machine tell: those of the
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
		holder, since, err := readLock(content)
		if s.OwnBackend || err == nil && !holder.Gone() {
			return held(stack, holder, since, free)
		}
		if err := left(file); err != nil {
			return err
		}
	}
	return nil
}

// readLock reads what Pulumi writes down of the command that holds a stack. It is an error where Pulumi was killed while it wrote it.
func readLock(content []byte) (holder lock.Process, since time.Time, err error) {
	var file struct {
		PID                int
		Username, Hostname string
		Timestamp          time.Time
	}
	err = json.Unmarshal(content, &file)
	return lock.Process{User: file.Username, Host: file.Hostname, PID: file.PID}, file.Timestamp, err
}

// refused reads from what Pulumi has said on stderr that somebody else holds the stack; nil where it has not said so. The backends
// in files and buckets have a line for each lock, "URL: created by user@host (pid 1) at 2006-01-02T15:04:05Z"; Pulumi Cloud
// does not tell who.
func refused(stack, said string) *lock.HeldError {
	if strings.Contains(said, "[409] Conflict: Another update is currently in progress.") {
		return held(stack, lock.Process{}, time.Time{}, cancel(stack))
	}
	_, locks, found := strings.Cut(said, "the stack is currently locked by ")
	if !found {
		return nil
	}
	_, locks, _ = strings.Cut(locks, ": created by ")
	line, _, _ := strings.Cut(locks, "\n")
	var first lock.Process
	holder, rest, _ := strings.Cut(line, " (pid ")
	process, began, _ := strings.Cut(rest, ") at ")
	first.User, first.Host, _ = strings.Cut(holder, "@")
	_, errProcess := fmt.Sscan(process, &first.PID)
	since, errTime := time.Parse(time.RFC3339, strings.TrimSpace(began))
	if errProcess != nil || errTime != nil {
		first, since = lock.Process{}, time.Time{} // another version of Pulumi's says it in other words
	}
	return held(stack, first, since, cancel(stack))
}
