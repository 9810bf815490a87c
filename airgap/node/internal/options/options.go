// Package options reads the command line: the flags of `k3s server` that a deployment of this project uses.
package options

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Options is what the command line decides.
type Options struct {
	// NodeName is the name of the Node object. Default: the host name in lower case.
	NodeName string
	// HTTPSListenPort is the port of the API server. Default 6443.
	HTTPSListenPort int
	// TLSSANs are more DNS names and IP addresses for the API server's certificate.
	TLSSANs []string
	// ResolvConf is the resolver configuration that pods get. Default /etc/resolv.conf.
	ResolvConf string
	// KubeletArgs are flags of the kubelet without their leading dashes, such as "max-pods=20".
	KubeletArgs []string
	// Disabled are the parts of k3s that the user does not want.
	Disabled []string
}

// addons are the parts of k3s that --disable knows. This node has none of them, so to disable one changes nothing; the
// names are checked because a misspelt one would go unnoticed until the same command meets k3s.
var addons = []string{"coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik"}

// Parse reads the arguments that follow the program's name. The error names the argument and what is accepted.
func Parse(args []string, hostname string) (Options, error) {
	if len(args) == 0 || args[0] != "server" {
		return Options{}, fmt.Errorf("reading the command line: the first argument must be \"server\", got %q", args)
	}
	options := Options{}
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&options.NodeName, "node-name", strings.ToLower(hostname), "")
	flags.IntVar(&options.HTTPSListenPort, "https-listen-port", 6443, "")
	flags.StringVar(&options.ResolvConf, "resolv-conf", "/etc/resolv.conf", "")
	flags.Func("tls-san", "", list(&options.TLSSANs))
	flags.Func("disable", "", list(&options.Disabled))
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

// list gives a flag that may be repeated, each time with one value or several parted by commas.
func list(values *[]string) func(string) error {
	return func(value string) error {
		*values = append(*values, strings.Split(value, ",")...)
		return nil
	}
}

func names(flags *flag.FlagSet) string {
	var all []string
	flags.VisitAll(func(f *flag.Flag) { all = append(all, "--"+f.Name) })
	return strings.Join(all, " ")
}

// validate returns every problem at once.
func (o Options) validate() error {
	var problems []error
	for _, message := range validation.IsDNS1123Subdomain(o.NodeName) {
		problems = append(problems, fmt.Errorf("--node-name %q: %s", o.NodeName, message))
	}
	if o.HTTPSListenPort < 1 || o.HTTPSListenPort > 65535 {
		problems = append(problems, fmt.Errorf("--https-listen-port %d: not in 1 to 65535", o.HTTPSListenPort))
	}
	for _, name := range o.TLSSANs {
		if _, err := netip.ParseAddr(name); err != nil && len(validation.IsDNS1123Subdomain(name)) > 0 {
			problems = append(problems, fmt.Errorf("--tls-san %q: neither an IP address nor a DNS name", name))
		}
	}
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
