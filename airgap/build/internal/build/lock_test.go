package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/compile"
)

// heard is output that tells when something is written to it.
type heard chan string

func (h heard) Write(text []byte) (int, error) {
	h <- string(text)
	return len(text), nil
}

func TestSecondBuildWaitsAndSaysForWhom(t *testing.T) {
	t.Parallel()
	output := filepath.Join(t.TempDir(), "output")
	unlock, err := lock(t.Context(), output, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	said := make(heard, 1)
	second := make(chan error)
	go func() {
		unlock, err := lock(t.Context(), output, said)
		if err == nil {
			err = unlock()
		}
		second <- err
	}()
	line := <-said
	if want := fmt.Sprintf("waiting for another build in %s: process %d, which began at 2", output, os.Getpid()); !strings.HasPrefix(line, want) {
		t.Errorf("got %q", line)
	}
	select {
	case err := <-second:
		t.Errorf("the second did not wait: %v", err)
	default:
	}
	if err := errors.Join(unlock(), <-second); err != nil {
		t.Error(err)
	}
}

func TestWaitingForAnotherBuildCanBeInterrupted(t *testing.T) {
	t.Parallel()
	output := t.TempDir()
	unlock, err := lock(t.Context(), output, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	said := make(heard, 1)
	second := make(chan error)
	go func() {
		_, err := lock(ctx, output, said)
		second <- err
	}()
	<-said
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestLeftoversOfAKilledBuildAreRemoved(t *testing.T) {
	t.Parallel()
	output := t.TempDir()
	for path, kept := range map[string]bool{
		compile.Temporary + "123":                      false,
		filepath.Join("work", temporaryPackages+"123"): false,
		"bin":                           true,
		filepath.Join("work", "kube.d"): true,
	} {
		if err := os.MkdirAll(filepath.Join(output, path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := removeLeftovers(output); err != nil {
			t.Fatal(err)
		}
		if got := readable(filepath.Join(output, path)); got != kept {
			t.Errorf("%s: kept is %t, want %t", path, got, kept)
		}
	}
}
