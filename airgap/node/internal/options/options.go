// Package options reads the command line: the flags of `k3s server` that a deployment of this project uses.
package options

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Options is what the command line decides.
type Options struct {
	// KubeletArgs are flags of the kubelet without their leading dashes, such as "max-pods=20".
	KubeletArgs []string
	// Disabled are the parts of k3s that the user does not want.
	Disabled []string
}

// addons are the parts of k3s that --disable knows. Of them this node has coredns and metrics-server; the others are accepted, and
// all names are checked because a misspelt one would go unnoticed until the same command meets k3s.
var addons = []string{"coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik"}

// Parse reads the arguments that follow the program's name. The error names the argument and what is accepted.
func Parse(args []string) (Options, error) {
	if len(args) == 0 || args[0] != "server" {
		return Options{}, fmt.Errorf("reading the command line: the first argument must be \"server\", got %q", args)
	}
	options := Options{}
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("disable", "", func(value string) error {
		options.Disabled = append(options.Disabled, strings.Split(value, ",")...)
		return nil
	})
	flags.Func("kubelet-arg", "", func(value string) error {
		options.KubeletArgs = append(options.KubeletArgs, value)
		return nil
	})
	if err := flags.Parse(args[1:]); err != nil {
		return Options{}, fmt.Errorf("reading the command line: %w; known flags: %s", err, names(flags))
	}
	if flags.NArg() > 0 {
		return Options{}, fmt.Errorf("reading the command line: unexpected argument %q", flags.Arg(0))
	}
	if err := options.validate(); err != nil {
		return Options{}, fmt.Errorf("reading the command line: %w", err)
	}
	return options, nil
}

func names(flags *flag.FlagSet) string {
	var all []string
	flags.VisitAll(func(f *flag.Flag) { all = append(all, "--"+f.Name) })
	return strings.Join(all, " ")
}

// validate returns every problem at once.
func (o Options) validate() error {
	var problems []error
	for _, name := range o.Disabled {
		if !slices.Contains(addons, name) {
			problems = append(problems, fmt.Errorf("--disable %q: not one of %s", name, strings.Join(addons, ", ")))
		}
	}
	for _, argument := range o.KubeletArgs {
		if name, _, _ := strings.Cut(argument, "="); name == "" || strings.HasPrefix(name, "-") {
			problems = append(problems, fmt.Errorf("--kubelet-arg %s: want name=value without leading dashes", strconv.Quote(argument)))
		}
	}
	return errors.Join(problems...)
}
