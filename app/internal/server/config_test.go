package server

import (
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestParseConfig(t *testing.T) {
	t.Parallel()

	const defaultAddress, defaultGreeting = "0.0.0.0:5000", "Hello from ashapp-backend!"
	for name, test := range map[string]struct {
		args     []string
		greeting string // environment
		want     config
		problems []string
	}{
		"defaults":                    {want: config{address: defaultAddress, greeting: defaultGreeting}},
		"environment beats default":   {greeting: "hi", want: config{address: defaultAddress, greeting: "hi"}},
		"flag beats environment":      {args: []string{"-greeting=ho"}, greeting: "hi", want: config{address: defaultAddress, greeting: "ho"}},
		"any port":                    {args: []string{"-address=127.0.0.1:0"}, want: config{address: "127.0.0.1:0", greeting: defaultGreeting}},
		"all problems at once":        {args: []string{"-address=nowhere", "-greeting="}, problems: []string{`flag -address: "nowhere" is not host:port`, "flag -greeting: 0 bytes"}},
		"port out of range":           {args: []string{"-address=:65536"}, problems: []string{`port "65536" is not a number from 0 to 65535`}},
		"greeting too long":           {greeting: strings.Repeat("x", 1025), problems: []string{"flag -greeting: 1025 bytes, must be 1 to 1024"}},
		"unknown flag":                {args: []string{"-colour=red"}, problems: []string{"flag provided but not defined: -colour"}},
		"argument that is not a flag": {args: []string{"now"}, problems: []string{`unexpected argument "now"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var output bytes.Buffer
			got, err := parseConfig(test.args, func(string) string { return test.greeting }, &output)
			if len(test.problems) == 0 {
				if err != nil || got != test.want {
					t.Errorf("got %+v, %v, want %+v", got, err, test.want)
				}
				return
			}
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			for _, problem := range test.problems {
				if !strings.Contains(err.Error(), problem) {
					t.Errorf("error %q does not say %q", err, problem)
				}
			}
		})
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	_, err := parseConfig([]string{"-h"}, func(string) string { return "" }, &output)
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v, want flag.ErrHelp", err)
	}
	for _, word := range []string{"-address", "0.0.0.0:5000", "-greeting", "GREETING"} {
		if !strings.Contains(output.String(), word) {
			t.Errorf("help does not say %q: %s", word, output.String())
		}
	}
}
