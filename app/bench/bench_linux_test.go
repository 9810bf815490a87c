package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The budgets, in units of 1,000,000 bytes. Beyond them the benchmarks fail.
const (
	mostBinaryMB   = 11.0
	mostResidentMB = 25.0 // after the load
	mostStart      = 20 * time.Millisecond
	mb             = 1e6
)

// otherLines is how many lines of the backend's log are not of requests: serving, draining and stopped.
const otherLines = 3

// BenchmarkShareOfBare loads the bare handler and the backend in turn, as other work on the machine comes and goes in longer
// times than a round. It wants wrk: a client in Go costs as much as what it measures.
func BenchmarkShareOfBare(b *testing.B) {
	if _, err := exec.LookPath("wrk"); err != nil {
		b.Skip("skipped without wrk: apt-get install wrk")
	}
	yardstick, measured := start(b, "bare", bare), start(b, "backend", backend)
	answers := 1 // the first one
	for _, server := range []*server{yardstick, measured} {
		warm := server.wrk(b)
		if server == measured {
			answers += warm.answers
		}
	}
	var of, on load
	for b.Loop() {
		of, on = yardstick.wrk(b), measured.wrk(b)
		answers += on.answers
	}
	resident := measured.resident(b)
	yardstick.stop(b)
	// wrk drops what is on its way when its time is up, and the backend has logged it: there may be more lines, never fewer.
	lost := max(0, answers-(measured.stop(b)-otherLines))
	b.ReportMetric(100*on.perSecond/of.perSecond, "%-of-bare")
	b.ReportMetric(on.perSecond, "req/s")
	b.ReportMetric(of.perSecond, "bare-req/s")
	b.ReportMetric(resident/mb, "MB-resident")
	b.ReportMetric(float64(lost), "lines-lost")
	b.ReportMetric(0, "ns/op") // an iteration takes as long as wrk is told
	if lost > 0 || resident > mostResidentMB*mb {
		b.Errorf("%d lines of the log are lost and %.1f MB are resident, the limits are 0 and %g MB", lost, resident/mb, mostResidentMB)
	}
}

// BenchmarkStart is from the exec to the first 200.
func BenchmarkStart(b *testing.B) {
	folder, err := programs()
	if err != nil {
		b.Fatal(err)
	}
	binary, err := os.Stat(filepath.Join(folder, "backend"))
	if err != nil {
		b.Fatal(err)
	}
	var took time.Duration
	for b.Loop() {
		began := time.Now()
		server := start(b, "backend", backend)
		took += time.Since(began)
		b.StopTimer()
		server.stop(b)
		b.StartTimer()
	}
	average := took / time.Duration(b.N)
	b.ReportMetric(average.Seconds()*1000, "ms/start")
	b.ReportMetric(float64(binary.Size())/mb, "MB-binary")
	b.ReportMetric(0, "ns/op")
	if average > mostStart || float64(binary.Size()) > mostBinaryMB*mb {
		b.Errorf("a start takes %s and the binary %.2f MB, the limits are %s and %g MB", average, float64(binary.Size())/mb, mostStart, mostBinaryMB)
	}
}
