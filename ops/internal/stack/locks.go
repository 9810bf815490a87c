package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashwanth01/ashapp-backend/ops/internal/child"
)

// freeLocks removes those locks of a stack in the local state that processes of this machine have held which are no more.
// A process that is still there is changing the stack, and its lock is an error.
func (s state) freeLocks(stack string) error {
	files, err := filepath.Glob(s.locks(stack))
	if err != nil {
		return fmt.Errorf("looking for locks of the local state: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("asking for the host name: %w", err)
	}
	for _, file := range files {
		if err := freeLock(file, host); err != nil {
			return err
		}
	}
	return nil
}

// freeLock removes one lock, or says who holds it. Numbers of processes mean nothing on another machine, so that a lock of
// one that shares the folder counts as held.
func freeLock(file, host string) error {
	content, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil // its holder has just finished
	}
	if err != nil {
		return fmt.Errorf("reading a lock of the local state: %w", err)
	}
	var lock struct {
		PID      int
		Hostname string
	}
	// Pulumi was killed while it wrote a lock that cannot be read, so nobody holds it.
	if err := json.Unmarshal(content, &lock); err == nil && (lock.Hostname != host || child.Exists(lock.PID)) {
		return fmt.Errorf("another command is changing this stack, process %d on %s: wait for it to end "+
			"(if there is no such command, delete %s)", lock.PID, lock.Hostname, file)
	}
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("removing a lock that nobody holds: %w", err)
	}
	return nil
}
