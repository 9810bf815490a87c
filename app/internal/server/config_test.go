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
		logLevel: slog.LevelInfo, drainDelay: 5 * time.Second,
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
			args: []string{"-address=:1", "-admin-address=:2", "-greeting=g", "-log-level=debug", "-pprof", "-drain-delay=0s"},
			want: config{":1", ":2", "g", slog.LevelDebug, true, 0}},
		"everything by the environment": {
			environment: map[string]string{"ADDRESS": ":1", "ADMIN_ADDRESS": ":2", "GREETING": "g", "LOG_LEVEL": "warn", "PPROF": "true", "DRAIN_DELAY": "20ms"},
			want:        config{":1", ":2", "g", slog.LevelWarn, true, 20 * time.Millisecond}},
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
			problems: []string{`invalid value "maybe" for environment variable PPROF: parse error`}},
		"everything": {
			args:        []string{"-log-level=loud", "-drain-delay=soon", "-colour=red", "-greeting="},
			environment: map[string]string{"ADDRESS": "nowhere", "PPROF": "maybe"},
			problems: []string{
				`invalid value "loud" for flag -log-level: slog: level string "loud": unknown name`,
				`invalid value "soon" for flag -drain-delay: parse error`,
				"flag provided but not defined: -colour",
				`invalid value "maybe" for environment variable PPROF: parse error`,
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

func TestHelpDocumentsEverySetting(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	_, err := parseConfig([]string{"-h"}, func(string) string { return "" }, &output)
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v, want flag.ErrHelp", err)
	}
	(&config{}).flags().VisitAll(func(f *flag.Flag) {
		for _, word := range []string{"-" + f.Name + " ", "(environment: " + variable(f.Name) + ")", f.DefValue} {
			if !strings.Contains(output.String(), word) && !strings.Contains(output.String(), strings.TrimSpace(word)+"\n") {
				t.Errorf("help does not say %q:\n%s", word, &output)
			}
		}
	})
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
