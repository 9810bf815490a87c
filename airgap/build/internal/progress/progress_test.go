package progress

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// clock is moved by hand.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func story(terminal bool) string {
	var output bytes.Buffer
	hand := &clock{time.Unix(1000, 0)}
	shown := New(&output, terminal, 3, hand.now)
	shown.Show() // Nothing runs yet.
	shown.Started(2, "root file system")
	hand.Time = hand.Add(5 * time.Second)
	shown.Started(1, "binary")
	hand.Time = hand.Add(70 * time.Second)
	shown.Show()
	shown.Finished(1, "binary", nil)
	shown.Finished(2, "root file system", errors.New("shown elsewhere"))
	return output.String()
}

func TestStepsAreToldInLines(t *testing.T) {
	t.Parallel()
	want := "[2/3] root file system: started\n[1/3] binary: started\n" +
		"[1/3] binary 1m10s   [2/3] root file system 1m15s\n" +
		"[1/3] binary: done in 1m10s\n[2/3] root file system: stopped after 1m15s\n"
	if got := story(false); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTerminalShowsWhatRunsInOneLine(t *testing.T) {
	t.Parallel()
	want := eraseLine + "[2/3] root file system: started\n" + eraseLine + "[1/3] binary: started\n" +
		eraseLine + "[1/3] binary 1m10s   [2/3] root file system 1m15s" +
		eraseLine + "[1/3] binary: done in 1m10s\n" + eraseLine + "[2/3] root file system: stopped after 1m15s\n"
	if got := story(true); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWatchEnds(t *testing.T) {
	t.Parallel()
	stop := New(&bytes.Buffer{}, true, 1, time.Now).Watch()
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
}
