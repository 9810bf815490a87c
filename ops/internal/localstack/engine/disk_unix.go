//go:build unix

package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// CheckDisk makes sure that the file system of a folder has so many bytes free. A folder that is not on this machine (the
// engine runs elsewhere or in a virtual machine) cannot be checked and passes.
func CheckDisk(folder string, needed uint64) error {
	var system syscall.Statfs_t
	if err := syscall.Statfs(folder, &system); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("asking for the free disk space of %s: %w", folder, err)
	}
	if available := system.Bavail * uint64(system.Bsize); available < needed { //nolint:gosec // a block size is positive
		return fmt.Errorf("%s has %d MiB free and a local stack takes up to %d MiB: make room, for example with docker system prune",
			folder, available>>20, needed>>20)
	}
	return nil
}
