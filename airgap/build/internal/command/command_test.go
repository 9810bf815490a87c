package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

func shell(script string) Command { return Command{Argv: []string{"sh", "-c", script}} }

func TestOutputIsStandardOutputOnly(t *testing.T) {
	t.Parallel()
	command := shell(`read -r line; echo "$line $WORD"; echo noise >&2; pwd`)
	command.Stdin, command.Env, command.Dir = strings.NewReader("hello\n"), []string{"WORD=world"}, "/"
	output, err := Output(t.Context(), command)
	if err != nil || output != "hello world\n/" {
		t.Errorf("got %q, %v", output, err)
	}
}

func TestFailureCarriesArgumentsAndLastLines(t *testing.T) {
	t.Parallel()
	err := Run(t.Context(), shell(`for i in $(seq 100); do echo line $i; done; echo the port is taken >&2; exit 3`))
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(failed.LastLines, "\n")
	if len(lines) != keptLines || lines[keptLines-1] != "the port is taken" || lines[keptLines-2] != "line 100" {
		t.Errorf("kept %q", failed.LastLines)
	}
	if message := err.Error(); !strings.HasPrefix(message, "sh -c for") || !strings.Contains(message, "exit status 3; its last lines:\n  line") {
		t.Errorf("message %q", message)
	}
}

func TestProgramThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	err := Run(t.Context(), Command{Argv: []string{"no-such-program-anywhere", "now"}})
	if err == nil || !strings.Contains(err.Error(), "no-such-program-anywhere now: ") {
		t.Errorf("got %v", err)
	}
}

func TestCancellationEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("an earlier step failed")
	// The pipe tells that the grandchild runs; it must not outlive its parent's cancellation.
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	grandchild := make(chan int, 1)
	go func() {
		content, err := os.ReadFile(pipe)
		id := 0
		if err == nil {
			_, err = fmt.Sscan(string(content), &id)
		}
		if err != nil {
			t.Error(err)
		}
		grandchild <- id
		cancel(cause)
	}()
	err := Run(ctx, shell(`sh -c 'echo $$ >"`+pipe+`"; exec sleep 1000' & wait`))
	if !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	awaitEnd(t, <-grandchild)
}

// awaitEnd waits until no living process has the ID. There is no event for the end of another process' child.
func awaitEnd(t *testing.T, id int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
	}
	t.Errorf("process %d still runs", id)
}

func TestLinesAreHeardAndThoseTakenAreNotKept(t *testing.T) {
	t.Parallel()
	var heard []string
	command := shell(`printf 'one\r\ntwo\n'; echo three >&2; printf end; exit 1`)
	command.Line = func(line string) bool {
		heard = append(heard, line)
		return line == "two"
	}
	var failed *Error
	if err := Run(t.Context(), command); !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	if got := strings.Join(heard, ","); got != "one,two,three" {
		t.Errorf("heard %q", got)
	}
	if failed.LastLines != "one\r\nthree\nend" {
		t.Errorf("kept %q", failed.LastLines)
	}
}

func TestLineWithoutEndIsBounded(t *testing.T) {
	t.Parallel()
	heard := 0
	endless := &lines{hear: func(line string) bool {
		heard += len(line)
		return false
	}}
	for range 100 {
		if _, err := endless.Write([]byte(strings.Repeat("x", 1000))); err != nil {
			t.Fatal(err)
		}
	}
	if len(endless.partial) >= keptBytes || heard+len(endless.partial) != 100*1000 {
		t.Errorf("heard %d bytes, holding %d", heard, len(endless.partial))
	}
}

func TestCPUTimeCountsForTheStep(t *testing.T) {
	t.Parallel()
	var told step.Step
	if err := Run(step.With(t.Context(), &told), shell(`i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done`)); err != nil {
		t.Fatal(err)
	}
	if told.CPU() <= 0 {
		t.Error("no CPU time")
	}
}

func TestProgramIsAskedToEndInItsOwnWay(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var heard []string
	command := shell(`trap 'echo terminated; exit 1' TERM; echo ready; while :; do sleep 0.01; done`)
	command.Line = func(line string) bool {
		heard = append(heard, line)
		cancel()
		return true
	}
	if err := Run(ctx, command); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// The shell may tell of its sleep, which is of the same group.
	if got := strings.Join(heard, ","); !strings.HasPrefix(got, "ready,") || !strings.HasSuffix(got, ",terminated") {
		t.Errorf("heard %q", got)
	}
}

func TestTailIsBounded(t *testing.T) {
	t.Parallel()
	var last lines
	for range 100 {
		if _, err := last.Write([]byte(strings.Repeat("x", 999) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	if len(last.end) != keptBytes {
		t.Errorf("kept %d bytes", len(last.end))
	}
}
