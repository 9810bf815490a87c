package child

import "os"

// Exists tells whether a process exists: on Windows only one that does can be opened.
func Exists(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && process.Release() == nil
}
