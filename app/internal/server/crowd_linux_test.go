// The race detector takes many times the memory that is measured here.

//go:build !race

package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// What clients have sent before they fall silent.
var silences = []string{
	"", "GET / HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
}

// crowd opens so many connections and keeps all of them until the last one is there, whatever becomes of them.
func crowd(t *testing.T, address string, size int) {
	t.Helper()
	var mutex sync.Mutex
	var opened []net.Conn
	defer func() {
		for _, connection := range opened {
			_ = connection.Close()
		}
	}()
	var dialling sync.WaitGroup
	for worker := range 8 {
		dialling.Go(func() {
			for i := worker; i < size; i += 8 {
				connection, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				mutex.Lock()
				opened = append(opened, connection)
				mutex.Unlock()
				_, _ = io.WriteString(connection, silences[i%len(silences)])
			}
		})
	}
	dialling.Wait()
}

// probe asks for the liveness and the readiness in turn until ctx is done, and returns the longest time that one took.
func probe(ctx context.Context, address string) (longest time.Duration, err error) {
	for i := 0; ctx.Err() == nil; i++ {
		start := time.Now()
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return longest, err
		}
		path := []string{contract.LivenessPath, contract.ReadinessPath}[i%2]
		_ = connection.SetDeadline(start.Add(2 * time.Second))
		_, err = fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", path)
		var response *http.Response
		if err == nil {
			response, err = http.ReadResponse(bufio.NewReader(connection), nil) //nolint:bodyclose // the connection is closed
		}
		if err = errors.Join(err, connection.Close()); err != nil || response.StatusCode != http.StatusOK {
			return longest, fmt.Errorf("probe %d of %s: %w, %v", i+1, path, err, response)
		}
		longest = max(longest, time.Since(start))
	}
	return longest, nil
}

// peak is the most memory that a process has held, in bytes.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	kilobytes, err := strconv.ParseInt(string(regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// A pod has 64 MiB, and its probes a second each.
func TestTenThousandConnectionsLeaveRoomForProbes(t *testing.T) {
	const size, memory = 10_000, 64 << 20
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur < size+1000 {
		t.Skipf("skipped with %d files for a process (%v): the test opens %d connections", files.Cur, err, size)
	}
	for name, script := range map[string]string{
		"in the memory of a pod": fmt.Sprintf(`export GOMEMLIMIT=%d; exec "$@"`, memory*9/10),
		"with few files":         `ulimit -n 256; exec "$@"`,
	} {
		t.Run(name, func(t *testing.T) {
			// Other work on the machine may hold a probe up, but hardly three times.
			for try := 1; ; try++ {
				longest, held, err := besiege(t, script, size)
				t.Logf("%d connections, the longest probe %s, memory at most %d MiB, %v", size, longest, held>>20, err)
				switch {
				case held > memory:
					t.Fatalf("the backend has held %d MiB, want at most %d", held>>20, memory>>20)
				case err == nil && longest <= time.Second:
					return
				case try == 3:
					t.Fatalf("the longest probe took %s, %v; want 200 within a second", longest, err)
				}
			}
		})
	}
}

// besiege opens connections to a backend while it is probed, and returns the longest time of a probe and the most memory.
func besiege(t *testing.T, script string, size int) (longest time.Duration, held int64, err error) {
	t.Helper()
	backend := startChildIn(t, script, "-drain-delay=0s")
	go func() { _, _ = io.Copy(io.Discard, backend.stdout) }()
	ctx, stop := context.WithCancel(t.Context())
	probed := make(chan error, 1)
	go func() {
		var err error
		longest, err = probe(ctx, backend.address)
		probed <- err
	}()
	crowd(t, backend.address, size)
	if status, _, _ := get(t, "http://"+backend.admin+contract.MetricsPath); status != http.StatusOK {
		t.Errorf("the metrics are %d", status)
	}
	stop()
	err = <-probed
	held = peak(t, backend.command.Process.Pid)
	backend.signal(t, syscall.SIGKILL) // a stop would wait for what new connections still send
	backend.exit(t, contract.StopBudget)
	return longest, held, err
}
