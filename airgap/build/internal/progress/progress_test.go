package progress

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/airgap/build/internal/step"
)

// clock is moved by hand.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// fixed is a meter that always reads the same.
func fixed(reading step.Reading) step.Meter { return func(time.Time) step.Reading { return reading } }

func columns(width int) func() int { return func() int { return width } }

func story(width int) string {
	var output bytes.Buffer
	hand := &clock{time.Unix(1000, 0)}
	shown := New(&output, columns(width), 3, hand.now)
	shown.Show() // Nothing runs yet.
	var rootfs, binary step.Step
	shown.Started(2, "root file system", &rootfs)
	rootfs.Do("unpacking")
	hand.Time = hand.Add(5 * time.Second)
	shown.Started(1, "binary", &binary)
	hand.Time = hand.Add(70 * time.Second)
	binary.Measure(fixed(step.Reading{Done: 12, Total: 40, Work: 3, TotalWork: 9, Elapsed: time.Minute}))
	shown.Show()
	binary.AddCPU(90 * time.Second)
	binary.AddCPU(10 * time.Second)
	shown.Finished(1, nil)
	shown.Finished(2, errors.New("shown elsewhere"))
	shown.Summary()
	return output.String()
}

const summary = "   wall   CPU  what\n  1m10s  100s  binary\n  1m15s    0s  root file system\n  1m15s  100s  all, side by side where possible\n"

func TestWithoutATerminalStepsAreToldInLines(t *testing.T) {
	t.Parallel()
	want := "[2/3] root file system: started\n[1/3] binary: started\n" +
		"after 1m15s: [1/3] binary: 12 of 40 packages, 33%, 1m10s, about 2m left | [2/3] root file system: unpacking, 1m15s\n" +
		"[1/3] binary: done in 1m10s\n[2/3] root file system: stopped after 1m15s\n" + summary
	if got := story(0); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTerminalShowsWhatRunsInOneLine(t *testing.T) {
	t.Parallel()
	want := eraseLine + "[1/3] binary: 12 of 40 packages, 33%, 1m10s, about 2m left | [2/3] root file system: unpacking, 1m15s" +
		eraseLine + "[1/3] binary: done in 1m10s\n" + eraseLine + "[2/3] root file system: stopped after 1m15s\n" +
		eraseLine + strings.ReplaceAll(strings.TrimSuffix(summary, "\n"), "\n", "\n"+eraseLine) + "\n"
	if got := story(200); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLineFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		80: "[1/3] binary 12/40 33% 2m left | [2/3] root file system 1m15s",
		62: "[1/3] binary 12/40 33% 2m left | [2/3] root file system 1m15s",
		61: "[1/3] binary 12/40 33% 2m left | [2/3] root file system 1m15",
		9:  "[1/3] bi",
		1:  "",
	} {
		if got := strings.Split(story(width), eraseLine)[1]; got != want {
			t.Errorf("%d columns: got %q, want %q", width, got, want)
		}
	}
}

func TestStepsInTheBackgroundWaitForTheOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of      int
		running []work
		before  float64
		elapsed time.Duration
		want    time.Duration
	}{
		"alone, half done":       {0, []work{{done: 50, total: 100}}, 0, time.Minute, time.Minute},
		"after another has done": {0, []work{{done: 0, total: 100}}, 50, time.Minute, 2 * time.Minute},
		// 60 a minute: 20 each, then 40 for the one that is left.
		"the shorter of two":     {0, []work{{done: 30, total: 50}, {done: 30, total: 90}}, 0, time.Minute, 40 * time.Second},
		"the longer of two":      {1, []work{{done: 30, total: 50}, {done: 30, total: 90}}, 0, time.Minute, 80 * time.Second},
		"in front of background": {0, []work{{done: 59, total: 119}, {done: 1, total: 61, background: true}}, 0, time.Minute, time.Minute},
		"in the background":      {1, []work{{done: 59, total: 119}, {done: 1, total: 61, background: true}}, 0, time.Minute, 2 * time.Minute},
		"too early":              {0, []work{{done: 50, total: 100}}, 0, leastElapsed - 1, -1},
		"early enough":           {0, []work{{done: 50, total: 100}}, 0, leastElapsed, leastElapsed},
		"too little":             {0, []work{{done: 1.9, total: 100}}, 0, time.Minute, -1},
		"enough":                 {0, []work{{done: 2, total: 102}}, 0, time.Minute, -1},
		"enough of everything":   {0, []work{{done: 2, total: 100}}, 0, time.Minute, 49 * time.Minute},
		"nothing to do":          {0, []work{{}}, 0, time.Minute, -1},
	} {
		got, known := left(test.of, test.running, test.before, test.elapsed)
		if known != (test.want >= 0) || known && got != test.want {
			t.Errorf("%s: got %s, %t; want %s", name, got, known, test.want)
		}
	}
}

// What a background step waits for is remembered when it has ended.
func TestEstimateRemembersWhatHasEnded(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	hand := &clock{time.Unix(1000, 0)}
	shown := New(&output, columns(0), 2, hand.now)
	tools, program := step.Step{}, step.Step{Background: true}
	shown.Started(2, "program", &program)
	shown.Started(1, "tools", &tools)
	hand.Time = hand.Add(time.Minute)
	tools.Measure(fixed(step.Reading{Done: 9, Total: 10, Work: 90, TotalWork: 99, Elapsed: time.Minute}))
	program.Measure(fixed(step.Reading{Total: 10, Work: 1, TotalWork: 301, Elapsed: time.Minute}))
	shown.Show()
	want := "after 1m0s: [1/2] tools: 9 of 10 packages, 90%, 1m0s, about 10s left | [2/2] program: 0 of 10 packages, 0%, 1m0s, about 3m30s left\n"
	if got := output.String(); !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	shown.Finished(1, nil)
	shown.Show()
	want = "after 1m0s: [2/2] program: 0 of 10 packages, 0%, 1m0s, about 3m left\n"
	if got := output.String(); !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNothingToCompileIsLinked(t *testing.T) {
	t.Parallel()
	said := part{label: "tools", counted: true, elapsed: 4 * time.Second, percent: 100}
	if got := said.long(); got != "tools: linking, 4s" {
		t.Errorf("got %q", got)
	}
	if got := (part{label: "tools", elapsed: 4 * time.Second}).long(); got != "tools: 4s" {
		t.Errorf("got %q", got)
	}
	if got := (part{label: "tools", counted: true, done: 1, total: 2, percent: 50}).short(); got != "tools 1/2 50%" {
		t.Errorf("without an estimate: got %q", got)
	}
	if got := percent(step.Reading{}); got != 100 {
		t.Errorf("nothing to do is done by %d%%", got)
	}
}

func TestWatchEnds(t *testing.T) {
	t.Parallel()
	stop := New(&bytes.Buffer{}, columns(80), 1, time.Now).Watch()
	stop()
}

func TestDurationsAreShort(t *testing.T) {
	t.Parallel()
	for given, want := range map[time.Duration]string{
		1234 * time.Millisecond:  "1.2s",
		61600 * time.Millisecond: "1m2s",
	} {
		if got := Round(given).String(); got != want {
			t.Errorf("%s is shown as %s, want %s", given, got, want)
		}
	}
	for given, want := range map[time.Duration]string{
		time.Second: "about 10s", 24 * time.Second: "about 20s", 119 * time.Second: "about 2m", 100 * time.Second: "about 1m40s",
		140 * time.Second: "about 2m30s", 631 * time.Second: "about 11m", 2 * time.Hour: "about 2h",
	} {
		if got := About(given); got != want {
			t.Errorf("%s is about %q, want %q", given, got, want)
		}
	}
}
