package release

import "os"

// processExists tells whether a process exists: on Windows only one that does can be opened.
func processExists(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && process.Release() == nil
}
