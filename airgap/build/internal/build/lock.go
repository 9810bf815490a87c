package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock makes sure that one build at a time works in output, and removes what one that was killed has left there. The
// kernel gives the lock back when the process ends, however it does.
func lock(output string) (unlock func() error, err error) {
	if err := os.MkdirAll(output, 0o750); err != nil {
		return nil, fmt.Errorf("making output folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(output, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking output folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w; another build works there, wait for it", file.Name(), err), file.Close())
	}
	if err := removeLeftovers(output); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

// removeLeftovers removes temporary folders. Only the holder of the lock may call it.
func removeLeftovers(output string) error {
	for _, pattern := range []string{temporaryPrograms + "*", filepath.Join("work", temporaryPackages+"*")} {
		found, err := filepath.Glob(filepath.Join(output, pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("removing what an earlier build has left: %w", err)
			}
		}
	}
	return nil
}
