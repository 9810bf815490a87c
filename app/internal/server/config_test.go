package server

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

func TestParseConfig(t *testing.T) {
	t.Parallel()

	defaults := config{
		address: "0.0.0.0:5000", adminAddress: "127.0.0.1:9090", greeting: "Hello from ashapp-backend!",
		logLevel: slog.LevelInfo, drainDelay: 5 * time.Second, idleTimeout: 620 * time.Second,
	}
	with := func(change func(*config)) config {
		changed := defaults
		change(&changed)
		return changed
	}
	for name, test := range map[string]struct {
		args        []string
		environment map[string]string
		want        config
	}{
		"defaults": {want: defaults},
		"environment beats default": {environment: map[string]string{"GREETING": "hi"},
			want: with(func(c *config) { c.greeting = "hi" })},
		"flag beats environment": {args: []string{"-greeting=ho"}, environment: map[string]string{"GREETING": "hi"},
			want: with(func(c *config) { c.greeting = "ho" })},
		"flag beats a wrong environment": {args: []string{"-drain-delay=1s"}, environment: map[string]string{"DRAIN_DELAY": "soon"},
			want: with(func(c *config) { c.drainDelay = time.Second })},
		"everything by flags": {
			args: []string{"-address=:1", "-admin-address=:2", "-greeting=g", "-log-level=debug", "-pprof", "-drain-delay=0s", "-idle-timeout=1s"},
			want: config{":1", ":2", "g", slog.LevelDebug, true, 0, time.Second}},
		"everything by the environment": {
			environment: map[string]string{"ADDRESS": ":1", "ADMIN_ADDRESS": ":2", "GREETING": "g", "LOG_LEVEL": "warn", "PPROF": "true", "DRAIN_DELAY": "20ms", "IDLE_TIMEOUT": "1h"},
			want:        config{":1", ":2", "g", slog.LevelWarn, true, 20 * time.Millisecond, time.Hour}},
		"the longest drain": {args: []string{"-drain-delay=5s"}, want: defaults},
		"the longest greeting": {args: []string{"-greeting=" + strings.Repeat("x", 1024)},
			want: with(func(c *config) { c.greeting = strings.Repeat("x", 1024) })},
		"the highest port": {args: []string{"-address=:65535"}, want: with(func(c *config) { c.address = ":65535" })},
		"no profiles":      {args: []string{"-pprof=false"}, environment: map[string]string{"PPROF": "true"}, want: defaults},
		"any free ports": {args: []string{"-address=:0", "-admin-address=:0"},
			want: with(func(c *config) { c.address, c.adminAddress = ":0", ":0" })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := parseConfig(test.args, func(name string) string { return test.environment[name] }, &bytes.Buffer{})
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func TestBadConfigIsToldAllAtOnce(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		args        []string
		environment map[string]string
		problems    []string // every line of the error
	}{
		"address": {args: []string{"-address=nowhere"},
			problems: []string{`invalid value "nowhere" for flag -address or environment variable ADDRESS: must be host:port`}},
		"both addresses": {args: []string{"-admin-address=here", "-address=there"}, problems: []string{
			`invalid value "there" for flag -address or environment variable ADDRESS: must be host:port`,
			`invalid value "here" for flag -admin-address or environment variable ADMIN_ADDRESS: must be host:port`}},
		"port out of range": {args: []string{"-address=:65536"},
			problems: []string{`invalid value ":65536" for flag -address or environment variable ADDRESS: the port must be a number from 0 to 65535`}},
		"both on one port": {args: []string{"-address=:5000", "-admin-address=127.0.0.1:5000"},
			problems: []string{`invalid value "127.0.0.1:5000" for flag -admin-address or environment variable ADMIN_ADDRESS: the port must differ from that of -address`}},
		"both on one port, written otherwise": {args: []string{"-address=:5000", "-admin-address=127.0.0.1:05000"},
			problems: []string{`invalid value "127.0.0.1:05000" for flag -admin-address or environment variable ADMIN_ADDRESS: the port must differ from that of -address`}},
		"port that is a name": {args: []string{"-address=:http"},
			problems: []string{`invalid value ":http" for flag -address or environment variable ADDRESS: the port must be a number from 0 to 65535`}},
		"greeting that is no text": {args: []string{"-greeting=\xff"},
			problems: []string{"invalid value \"\\xff\" for flag -greeting or environment variable GREETING: must be 1 to 1024 bytes of UTF-8, has 1"}},
		"negative drain delay": {args: []string{"-drain-delay=-1ns"},
			problems: []string{`invalid value "-1ns" for flag -drain-delay or environment variable DRAIN_DELAY: must be 0s to 5s, which is what the pod's grace period holds`}},
		"short idle timeout": {args: []string{"-idle-timeout=999ms"},
			problems: []string{`invalid value "999ms" for flag -idle-timeout or environment variable IDLE_TIMEOUT: must be 1s to 1h0m0s`}},
		"long idle timeout": {args: []string{"-idle-timeout=3601s"},
			problems: []string{`invalid value "1h0m1s" for flag -idle-timeout or environment variable IDLE_TIMEOUT: must be 1s to 1h0m0s`}},
		"both ports out of range": {args: []string{"-address=:65536", "-admin-address=:65536"}, problems: []string{
			`invalid value ":65536" for flag -address or environment variable ADDRESS: the port must be a number from 0 to 65535`,
			`invalid value ":65536" for flag -admin-address or environment variable ADMIN_ADDRESS: the port must be a number from 0 to 65535`}},
		"one address, which has no port": {args: []string{"-address=nowhere", "-admin-address=:1"},
			problems: []string{`invalid value "nowhere" for flag -address or environment variable ADDRESS: must be host:port`}},
		"one port, which is no number": {args: []string{"-address=:x", "-admin-address=:1"},
			problems: []string{`invalid value ":x" for flag -address or environment variable ADDRESS: the port must be a number from 0 to 65535`}},
		"empty greeting": {args: []string{"-greeting="},
			problems: []string{`invalid value "" for flag -greeting or environment variable GREETING: must be 1 to 1024 bytes of UTF-8, has 0`}},
		"long greeting": {environment: map[string]string{"GREETING": strings.Repeat("x", 1025)},
			problems: []string{`invalid value "` + strings.Repeat("x", 40) + `..." for flag -greeting or environment variable GREETING: must be 1 to 1024 bytes of UTF-8, has 1025`}},
		"drain delay beyond the grace period": {args: []string{"-drain-delay=6s"},
			problems: []string{`invalid value "6s" for flag -drain-delay or environment variable DRAIN_DELAY: must be 0s to 5s, which is what the pod's grace period holds`}},
		"unknown flag": {args: []string{"-colour=red"}, problems: []string{"flag provided but not defined: -colour"}},
		"argument that is not a flag": {args: []string{"now"},
			problems: []string{`unexpected argument "now": the backend takes flags only, see -h`}},
		"wrong variable": {environment: map[string]string{"PPROF": "maybe"},
			problems: []string{`invalid value "maybe" for environment variable PPROF: must be true or false`}},
		"wrong truth": {args: []string{"-pprof=yes"},
			problems: []string{`invalid boolean value "yes" for -pprof: must be true or false`}},
		"wrong level": {environment: map[string]string{"LOG_LEVEL": "x"},
			problems: []string{`invalid value "x" for environment variable LOG_LEVEL: must be debug, info, warn or error`}},
		"wrong time": {environment: map[string]string{"IDLE_TIMEOUT": "5"},
			problems: []string{`invalid value "5" for environment variable IDLE_TIMEOUT: must be a number with a unit such as ms, s or m`}},
		"everything": {
			args:        []string{"-log-level=loud", "-drain-delay=soon", "-colour=red", "-greeting="},
			environment: map[string]string{"ADDRESS": "nowhere", "PPROF": "maybe"},
			problems: []string{
				`invalid value "loud" for flag -log-level: must be debug, info, warn or error`,
				`invalid value "soon" for flag -drain-delay: must be a number with a unit such as ms, s or m`,
				"flag provided but not defined: -colour",
				`invalid value "maybe" for environment variable PPROF: must be true or false`,
				`invalid value "nowhere" for flag -address or environment variable ADDRESS: must be host:port`,
				`invalid value "" for flag -greeting or environment variable GREETING: must be 1 to 1024 bytes of UTF-8, has 0`,
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var output bytes.Buffer
			got, err := parseConfig(test.args, func(name string) string { return test.environment[name] }, &output)
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			if want := strings.Join(test.problems, "\n"); err.Error() != want {
				t.Errorf("got the error\n%s\nwant\n%s", err, want)
			}
			if output.Len() > 0 {
				t.Errorf("help was not asked for: %s", &output)
			}
		})
	}
}

const help = `The backend greets over HTTP. Its settings, each a flag or an environment variable:
  -address host:port
    	host:port to serve on; port 0 is any free one (environment: ADDRESS) (default "0.0.0.0:5000")
  -admin-address host:port
    	host:port of the admin listener, which has the metrics (environment: ADMIN_ADDRESS) (default "127.0.0.1:9090")
  -drain-delay time
    	time to go on serving after SIGTERM, with a unit such as ms or s, 0s to 5s (environment: DRAIN_DELAY) (default 5s)
  -greeting text
    	text that / answers, 1 to 1024 bytes of UTF-8 (environment: GREETING) (default "Hello from ashapp-backend!")
  -idle-timeout time
    	time after which a connection without a request is closed, 1s to 1h0m0s; sooner where there are too many (environment: IDLE_TIMEOUT) (default 10m20s)
  -log-level level
    	least level that is logged: debug, info, warn or error (environment: LOG_LEVEL) (default INFO)
  -pprof
    	whether the admin listener serves profiles below /debug/pprof/ (environment: PPROF) (default false)
`

func TestHelpDocumentsEverySetting(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	_, err := parseConfig([]string{"-h"}, func(string) string { return "" }, &output)
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v, want flag.ErrHelp", err)
	}
	if output.String() != help {
		t.Errorf("got\n%s\nwant\n%s", &output, help)
	}
}

// A deployment sets these, and must not miss.
func TestVariablesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()

	flags := (&config{}).flags()
	for name, want := range map[string]string{"greeting": contract.GreetingVariable, "admin-address": contract.AdminAddressVariable} {
		if flags.Lookup(name) == nil || variable(name) != want {
			t.Errorf("flag -%s has the variable %s, the contract says %s", name, variable(name), want)
		}
	}
}
