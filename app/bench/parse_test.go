package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// recorded is what wrk 4.1.0 printed.
const recorded = `Running 1s test @ http://127.0.0.1:35643/nope
  2 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.42ms    2.01ms  22.62ms   87.96%
    Req/Sec    41.26k     3.07k   46.58k    60.00%
  82160 requests in 1.00s, 24.21MB read
Requests/sec:  81999.53
Transfer/sec:     24.16MB
`

// Lines that wrk adds behind that with the number of requests.
const (
	statuses = "  Non-2xx or 3xx responses: 82160\n"
	sockets  = "  Socket errors: connect 0, read 12, write 0, timeout 3\n"
)

func TestParseWrk(t *testing.T) {
	t.Parallel()
	before, after, _ := strings.Cut(recorded, "Requests/sec:")
	after = "Requests/sec:" + after
	for name, test := range map[string]struct {
		printed string
		want    load
	}{
		"all well":      {recorded, load{answers: 82160, perSecond: 81999.53}},
		"bad statuses":  {before + statuses + after, load{82160, 81999.53, strings.TrimSpace(statuses), ""}},
		"socket errors": {before + sockets + after, load{82160, 81999.53, "", strings.TrimSpace(sockets)}},
		"both":          {before + sockets + statuses + after, load{82160, 81999.53, strings.TrimSpace(statuses), strings.TrimSpace(sockets)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := parseWrk(test.printed); err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestParseWrkRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ printed, want string }{
		"nothing":         {"", "are not there"},
		"no rate":         {strings.ReplaceAll(recorded, "Requests/sec:", "Anything:"), "are not there"},
		"no number":       {strings.ReplaceAll(recorded, "82160", "many"), `"many requests in`},
		"a rate in words": {strings.ReplaceAll(recorded, "81999.53", "fast"), "Requests/sec:"},
		"no answers":      {strings.NewReplacer("82160", "0", "81999.53", "0.00").Replace(recorded), "nothing was answered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := parseWrk(test.printed); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v; want an error with %q", got, err, test.want)
			}
		})
	}
}

func TestParseResident(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status string
		want   int64
		fails  bool
	}{
		"recorded":  {"VmHWM:\t   18004 kB\nVmRSS:\t   17980 kB\nRssAnon:\t    8000 kB\n", 17980 * 1024, false},
		"a zombie":  {"Name:\tbackend\nState:\tZ (zombie)\n", 0, true},
		"no number": {"VmRSS:\t lots kB\n", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := parseResident(test.status); got != test.want || (err != nil) != test.fails {
				t.Errorf("got %d, %v; want %d", got, err, test.want)
			}
		})
	}
}

func TestLineCounterLeavesOutWhatIsNotARequest(t *testing.T) {
	t.Parallel()

	counter, log, err := startLineCounter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{"serving", "request", "request", "draining", "request", "stopped"} {
		if _, err := fmt.Fprintf(log, `{"msg":%q}`+"\n", message); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := counter.requests(); err != nil || got != 3 {
		t.Errorf("got %d, %v, want 3", got, err)
	}
}

func TestParseSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args string
		want settings
		fail string // what the error has, or empty
	}{
		"defaults":            {"", settings{8, 2 * time.Second, 64, ""}, ""},
		"all":                 {"-rounds 2 -round 1s -connections 2 -profile p", settings{2, time.Second, 2, "p"}, ""},
		"no round":            {"-rounds 0", settings{}, "-rounds"},
		"half a second":       {"-round 1500ms", settings{}, "-round"},
		"too few connections": {"-connections 1", settings{}, "-connections"},
		"an argument":         {"fast", settings{}, `"fast"`},
		"an unknown flag":     {"-fast", settings{}, "-fast"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseSettings(strings.Fields(test.args), io.Discard)
			if got != test.want || (err == nil) != (test.fail == "") || err != nil && !strings.Contains(err.Error(), test.fail) {
				t.Errorf("got %+v, %v; want %+v, %q", got, err, test.want, test.fail)
			}
		})
	}
}
