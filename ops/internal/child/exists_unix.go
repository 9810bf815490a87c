//go:build unix

package child

import (
	"errors"
	"syscall"
)

// Exists tells whether a process exists. Signal 0 only asks; a process of another user answers that it is not ours.
func Exists(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
