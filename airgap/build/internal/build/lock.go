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
	if err := await(ctx, file, stdout); err != nil {
		if ctx.Err() != nil { // the process ends, and with it the wait for the file
			return nil, fmt.Errorf("locking %s: %w", file.Name(), err)
		}
		return nil, errors.Join(fmt.Errorf("locking %s: %w", file.Name(), err), file.Close())
	}
	if err := errors.Join(sign(file), removeLeftovers(output)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}

// await returns when this process holds the lock, or when ctx is done.
func await(ctx context.Context, file *os.File, stdout io.Writer) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return err
	}
	content, err := os.ReadFile(file.Name())
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout, "waiting for another build in %s: %s\n", filepath.Dir(file.Name()), strings.TrimSpace(string(content)))
	locked := make(chan error, 1)
	// When ctx is done first, the process ends, and with it this goroutine, which has the file until then.
	go func() { locked <- flockUninterrupted(file) }()
	select {
	case err := <-locked:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// flockUninterrupted waits for the lock, whatever signals come meanwhile: the runtime of Go sends some to itself.
func flockUninterrupted(file *os.File) error {
	for {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// sign writes into the lock who holds it.
func sign(file *os.File) error {
	holder := fmt.Sprintf("process %d, which began at %s\n", os.Getpid(), time.Now().Format(time.DateTime))
	if err := file.Truncate(0); err != nil {
		return fmt.Errorf("signing lock: %w", err)
	}
	if _, err := file.WriteAt([]byte(holder), 0); err != nil {
		return fmt.Errorf("signing lock: %w", err)
	}
	return nil
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
