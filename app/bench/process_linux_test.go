package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/compile"
)

const module = "github.com/ashwanth01/ashapp-backend/app"

// programs builds what is measured, once, as infra builds the backend for its image: with the profile in app/default.pgo, which
// the bare handler does not have. The first benchmark's folder is gone with it, so it is one of the machine's.
var programs = sync.OnceValues(func() (folder string, err error) {
	if folder, err = os.MkdirTemp("", "ashapp-bench-"); err != nil {
		return "", err
	}
	for name, source := range map[string]string{"backend": module, "bare": module + "/bench/bare"} {
		command := exec.Command("go", append(append([]string{"build"}, compile.Flags("")...), "-o", filepath.Join(folder, name), source)...)
		command.Env = append(os.Environ(), compile.Environment("linux", "", false)...)
		if printed, err := command.CombinedOutput(); err != nil {
			return "", fmt.Errorf("building %s: %w: %s", name, err, printed)
		}
	}
	return folder, nil
})

// server is a program that serves in a process of its own.
type server struct {
	command *exec.Cmd
	address string
	lines   chan int // that it has printed, once it has ended
}

// start starts a program on a free port and returns when it has answered. What it prints is counted by wc, as the wakeups of a Go
// runtime that reads a little at a time would cost a part of what is measured.
func start(b *testing.B, name string, arguments func(address string) []string) *server {
	b.Helper()
	folder, err := programs()
	if err != nil {
		b.Fatal(err)
	}
	s := &server{address: freeAddress(b), lines: make(chan int, 1)}
	s.command = exec.CommandContext(b.Context(), filepath.Join(folder, name), arguments(s.address)...)
	s.command.Env = []string{"PATH=/usr/bin:/bin"} // as in a container: nothing of the user's
	s.command.Cancel = func() error { return s.command.Process.Signal(syscall.SIGTERM) }
	counter := exec.Command("wc", "-l")
	reader, writer, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	counter.Stdin, s.command.Stdout = reader, writer
	go func() {
		printed, _ := counter.Output() // nothing: 0 lines, which the benchmark reports as lost
		lines, _ := strconv.Atoi(string(regexp.MustCompile(`\d+`).Find(printed)))
		s.lines <- lines
	}()
	if err := errors.Join(s.command.Start(), writer.Close()); err != nil {
		b.Fatal(err)
	}
	s.await(b)
	return s
}

func backend(address string) []string {
	return []string{"-address", address, "-admin-address", "127.0.0.1:0", "-drain-delay", "0s"}
}

func bare(address string) []string { return []string{address} }

func freeAddress(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// await returns with the first 200, which it asks for every tenth of a millisecond.
func (s *server) await(b *testing.B) {
	b.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		connection, err := net.Dial("tcp", s.address)
		if err != nil {
			pause := syscall.NsecToTimespec(int64(100 * time.Microsecond))
			_ = syscall.Nanosleep(&pause, nil) // Go's own timers are a millisecond late in a process that is idle
			continue
		}
		_, err = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		if err != nil {
			b.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil) //nolint:bodyclose // the connection is closed
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatalf("the first answer is %v, %v", response, err)
		}
		_ = connection.Close()
		return
	}
	b.Fatalf("%s does not answer", s.command)
}

// stop ends the server as a container's end does, and returns how many lines it has printed.
func (s *server) stop(b *testing.B) int {
	b.Helper()
	_ = s.command.Process.Signal(syscall.SIGTERM) // Wait tells what came of it
	_ = s.command.Wait()
	return <-s.lines
}

// resident is how much memory the server holds, in bytes (VmRSS, proc_pid_status(5)).
func (s *server) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	found := regexp.MustCompile(`VmRSS:\s*(\d+) kB`).FindSubmatch(status)
	if err != nil || found == nil {
		b.Fatalf("measuring the memory: %v", err)
	}
	kilobytes, _ := strconv.ParseFloat(string(found[1]), 64) // only digits
	return kilobytes * 1024
}

// load is what wrk has measured.
type load struct {
	answers   int
	perSecond float64
}

// wrk loads a server over 64 connections for two seconds. An answer with an error makes the measurement worthless.
func (s *server) wrk(b *testing.B) (l load) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	printed, err := exec.CommandContext(ctx, "wrk", "-t2", "-c64", "-d2s", "-s", "report.lua", "http://"+s.address+"/").Output()
	if err != nil {
		b.Fatalf("loading %s: %v: %s", s.command, err, printed)
	}
	var report struct{ Answers, Microseconds, Errors int }
	if err := json.Unmarshal(printed[bytesBefore(printed):], &report); err != nil || report.Errors > 0 || report.Answers == 0 {
		b.Fatalf("loading %s: %v, %+v", s.command, err, report)
	}
	return load{report.Answers, float64(report.Answers) / (float64(report.Microseconds) / 1e6)}
}

// bytesBefore the report is what wrk prints of its own.
func bytesBefore(printed []byte) int {
	if at := regexp.MustCompile(`(?m)^\{`).FindIndex(printed); at != nil {
		return at[0]
	}
	return len(printed)
}
