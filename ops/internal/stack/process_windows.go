package stack

import "os"

// running tells whether a process exists: on Windows only one that does can be opened.
func running(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && process.Release() == nil
}
