package compile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// recording is a cold build as it went on 2 CPUs: when which package began, how many bytes it has, and when all ended.
type recording struct {
	began    []time.Duration
	packages []listed
	took     time.Duration
}

// readRecording reads lines of seconds, bytes and import path; the last one has the seconds of the end only.
func readRecording(t *testing.T, name string) recording {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var read recording
	for line := range strings.Lines(string(content)) {
		var seconds float64
		one := listed{Stale: true}
		fields, _ := fmt.Sscan(line, &seconds, &one.bytes, &one.ImportPath)
		began := time.Duration(seconds * float64(time.Second))
		if fields == 3 {
			read.began, read.packages = append(read.began, began), append(read.packages, one)
		}
		read.took = began
	}
	// The last package is the program, and linked from all of them.
	last := &read.packages[len(read.packages)-1]
	last.Name = "main"
	for _, one := range read.packages {
		last.Imports = append(last.Imports, one.ImportPath)
	}
	if len(read.packages) < 100 {
		t.Fatalf("%d packages in %s", len(read.packages), name)
	}
	return read
}

// ownSeconds are what the caller knows of the recorded build.
var ownSeconds = map[string]float64{
	"github.com/ashwanth01/ashapp-backend/infra/internal/backend": 7.1,
	"github.com/ashwanth01/ashapp-backend/infra/internal/cluster": 7.3,
	"github.com/ashwanth01/ashapp-backend/infra/internal/image":   0.6,
}

// replay returns how far a recorded build is taken to be after some of its time.
func (r recording) replay(elapsed time.Duration) step.Reading {
	var clock time.Time
	counted := newTracker(r.packages, ownSeconds, 2, func() time.Time { return clock })
	for i, began := range r.began {
		if began > elapsed {
			break
		}
		clock = time.Time{}.Add(began)
		counted.hear(r.packages[i].ImportPath)
	}
	return counted.read(time.Time{}.Add(elapsed))
}

// From the middle of the time on, what is left is right within a third, or within the ten seconds in which it is shown.
func TestEstimateOfARecordedBuildIsRightWithinAThird(t *testing.T) {
	t.Parallel()
	recorded := readRecording(t, "infra.txt")
	before := 0
	for percent := 50; percent < 100; percent++ {
		elapsed := recorded.took * time.Duration(percent) / 100
		reading := recorded.replay(elapsed)
		left := time.Duration((reading.TotalWork - reading.Work) / reading.Work * float64(elapsed))
		rest := recorded.took - elapsed
		t.Logf("%d%%: %d of %d packages, %s are left, estimated %s", percent, reading.Done, reading.Total, rest, left.Round(time.Second))
		if wrong := (left - rest).Abs(); wrong > rest/3 && wrong > 10*time.Second {
			t.Errorf("after %d%% of the time %s are left, estimated %s", percent, rest, left)
		}
		if reading.Done < before || reading.Elapsed != elapsed {
			t.Errorf("after %s there are %d packages done, before it were %d", reading.Elapsed, reading.Done, before)
		}
		before = reading.Done
	}
}

func TestPackagesAreCountedAsOthersTakeTheirPlace(t *testing.T) {
	t.Parallel()
	var clock time.Time
	packages := []listed{
		{ImportPath: "big", Stale: true}, {ImportPath: "small", Stale: true}, {ImportPath: "cached"},
		{ImportPath: "program", Name: "main", Stale: true, Imports: []string{"big", "small", "cached"}, bytes: 1e8},
		{ImportPath: "linked", Name: "main", Stale: true, StaleReason: "not installed but available in build cache"},
	}
	seconds := map[string]float64{"big": 60, "small": 2, "cached": 5, "program": 1}
	counted := newTracker(packages, seconds, 2, func() time.Time { return clock })
	read := func(want step.Reading) {
		t.Helper()
		want.TotalWork, want.Elapsed = want.TotalWork+66.5, clock.Sub(time.Time{})
		if got := counted.read(clock); got != want {
			t.Errorf("after %s: got %+v, want %+v", want.Elapsed, got, want)
		}
	}
	read(step.Reading{Total: 3})
	for _, line := range []string{"# small", "small.go:1:1: no", ""} {
		if counted.hear(line) {
			t.Errorf("%q is taken for a package", line)
		}
	}
	hear := func(name string, after time.Duration) {
		t.Helper()
		clock = clock.Add(after)
		if !counted.hear(name) {
			t.Errorf("%s is not known", name)
		}
	}
	hear("small", 0)
	hear("big", 0)
	read(step.Reading{Total: 3})
	// One has ended. Nothing is known of the speed, so it is the first.
	hear("cached", 2*time.Second)
	read(step.Reading{Done: 1, Total: 4, Work: 2, TotalWork: 5})
	// Two units in two seconds: by now cached and big have one of two CPUs each, until cached is nearly done.
	clock = clock.Add(2 * time.Second)
	read(step.Reading{Done: 1, Total: 4, Work: 4, TotalWork: 5})
	clock = clock.Add(1000 * time.Second)
	read(step.Reading{Done: 1, Total: 4, Work: 2 + .95*65, TotalWork: 5})
	clock = clock.Add(-1000 * time.Second)
	// cached is nearer to its end than big. The programs wait for program only, the last one.
	hear("program", 0)
	read(step.Reading{Done: 2, Total: 4, Work: 8, TotalWork: 5})
}

func TestWeights(t *testing.T) {
	t.Parallel()
	given := map[string]float64{"k8s.io/api/core/v1": 3}
	if got := compiling("k8s.io/api/core/v1", 1, given); got != 3 {
		t.Errorf("what is given: %g", got)
	}
	if got := compiling("k8s.io/api/core/v1", 1, nil); got < 5 || got > 60 {
		t.Errorf("what is recorded: %g", got)
	}
	if got := compiling("example.org/unknown", 1e6, nil); got != .7 {
		t.Errorf("a package of 1 MB: %g", got)
	}
	packages := map[string]listed{
		"program": {Imports: []string{"a", "b"}, bytes: 1e6}, "a": {Imports: []string{"b"}, bytes: 2e6}, "b": {bytes: 4e6},
		"other": {bytes: 1e9},
	}
	if got := linking("program", packages); got < .2449 || got > .2451 {
		t.Errorf("linking 7 MB: %g", got)
	}
}
