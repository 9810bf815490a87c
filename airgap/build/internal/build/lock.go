package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/compile"
)

// lock makes sure that one build at a time works in output, and removes what one that was killed has left there. While
// another one works, it says so and waits. The kernel gives the lock back when the process ends, however it does.
func lock(ctx context.Context, output string, stdout io.Writer) (unlock func() error, err error) {
	if err := os.MkdirAll(output, 0o750); err != nil {
		return nil, fmt.Errorf("making output folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(output, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking output folder: %w", err)
	}
	if err = flock(file, syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := os.ReadFile(file.Name()) // may be about to sign
		_, _ = fmt.Fprintf(stdout, "waiting for another build in %s: %s\n", output, strings.TrimSpace(string(holder)))
		locked := make(chan error, 1)
		go func() { locked <- flock(file, 0) }()
		select {
		case err = <-locked:
		case <-ctx.Done(): // the process ends, and with it the wait, which has the file until then
			return nil, fmt.Errorf("locking %s: %w", file.Name(), context.Cause(ctx))
		}
	}
	if err == nil {
		holder := fmt.Sprintf("process %d, which began at %s\n", os.Getpid(), time.Now().Format(time.DateTime))
		err = os.WriteFile(file.Name(), []byte(holder), 0o600)
	}
	if err == nil {
		err = removeLeftovers(output)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", file.Name(), err), file.Close())
	}
	return file.Close, nil
}

// flock takes the lock, whatever signals come meanwhile: the runtime of Go sends some to itself.
func flock(file *os.File, how int) error {
	for {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// removeLeftovers removes temporary folders. Only the holder of the lock may call it.
func removeLeftovers(output string) error {
	for _, pattern := range []string{compile.Temporary + "*", filepath.Join("work", temporaryPackages+"*")} {
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
