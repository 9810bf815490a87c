package server

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// config is everything that can be set from outside.
type config struct {
	address      string        // host:port to serve on
	adminAddress string        // host:port of the admin listener
	greeting     string        // what / answers
	logLevel     slog.Level    // the least that is logged
	profiling    bool          // whether the admin listener has pprof
	drainDelay   time.Duration // from SIGTERM to the shutdown
	idleTimeout  time.Duration // from a response to the end of its connection
}

const (
	// maxGreetingBytes bounds what every response carries.
	maxGreetingBytes = 1024

	// defaultIdleTimeout is longer than load balancers keep a connection to use it again: 60 s with nginx and AWS, and 600 s
	// with Google Cloud, the longest. The side that closes first must be the client, or it sends into a closed connection.
	defaultIdleTimeout = 620 * time.Second
	leastIdleTimeout   = time.Second
	mostIdleTimeout    = time.Hour
)

// flags is the one table of settings: names, defaults and documentation. The values go to c.
func (c *config) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("app", flag.ContinueOnError)
	flags.StringVar(&c.address, "address", net.JoinHostPort("0.0.0.0", strconv.Itoa(contract.Port)),
		"`host:port` to serve on; port 0 is any free one")
	flags.StringVar(&c.adminAddress, "admin-address", net.JoinHostPort("127.0.0.1", strconv.Itoa(contract.AdminPort)),
		"`host:port` of the admin listener, which has the metrics")
	flags.StringVar(&c.greeting, "greeting", "Hello from ashapp-backend!",
		fmt.Sprintf("`text` that / answers, 1 to %d bytes of UTF-8", maxGreetingBytes))
	flags.TextVar(&c.logLevel, "log-level", slog.LevelInfo, "least `level` that is logged: debug, info, warn or error")
	flags.BoolVar(&c.profiling, "pprof", false, "whether the admin listener serves profiles below /debug/pprof/")
	flags.DurationVar(&c.drainDelay, "drain-delay", contract.DrainDelay,
		fmt.Sprintf("`time` to go on serving after SIGTERM, with a unit such as ms or s, 0s to %s", contract.DrainDelay))
	flags.DurationVar(&c.idleTimeout, "idle-timeout", defaultIdleTimeout, fmt.Sprintf(
		"`time` after which a connection without a request is closed, %s to %s; sooner where there are too many", leastIdleTimeout, mostIdleTimeout))
	for name, rule := range map[string]string{
		"log-level": "must be debug, info, warn or error", "pprof": "must be true or false",
		"drain-delay": rightTime, "idle-timeout": rightTime,
	} {
		described := flags.Lookup(name)
		described.Value = ruled{described.Value, rule}
	}
	flags.VisitAll(func(f *flag.Flag) { f.Usage += " (environment: " + variable(f.Name) + ")" })
	return flags
}

const rightTime = "must be a number with a unit such as ms, s or m"

// ruled is a setting that tells what it may be when it refuses a value.
type ruled struct {
	flag.Value
	rule string
}

func (r ruled) Set(text string) error {
	before := r.String()
	if r.Value.Set(text) != nil {
		_ = r.Value.Set(before) // or another rule would complain of what nobody has given
		return errors.New(r.rule)
	}
	return nil
}

// String is called without a value as well, by flag.PrintDefaults.
func (r ruled) String() string {
	if r.Value == nil {
		return ""
	}
	return r.Value.String()
}

func (r ruled) IsBoolFlag() bool {
	is, ok := r.Value.(interface{ IsBoolFlag() bool })
	return ok && is.IsBoolFlag()
}

// variable names the environment variable of a flag.
func variable(flagName string) string { return strings.ToUpper(strings.ReplaceAll(flagName, "-", "_")) }

// parseConfig reads the configuration: a flag beats its environment variable, which beats the default. A variable that
// is empty counts as not set. All problems are in the one error, each with the flag or variable and its value. Help, when
// asked for, goes to output and flag.ErrHelp comes back.
func parseConfig(args []string, getenv func(string) string, output io.Writer) (config, error) {
	var c config
	flags := c.flags()
	problems := parseFlags(flags, args)
	if errors.Is(errors.Join(problems...), flag.ErrHelp) {
		_, _ = fmt.Fprintln(output, "The backend greets over HTTP. Its settings, each a flag or an environment variable:")
		flags.SetOutput(output)
		flags.PrintDefaults()
		return config{}, flag.ErrHelp
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flags.VisitAll(func(f *flag.Flag) {
		if value := getenv(variable(f.Name)); value != "" && !given[f.Name] {
			if err := flags.Set(f.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("invalid value %q for environment variable %s: %w", value, variable(f.Name), err))
			}
		}
	})
	return c, errors.Join(append(problems, c.validate()...)...)
}

// parseFlags goes on after an error: whoever has mistyped two flags learns of both.
func parseFlags(flags *flag.FlagSet, args []string) []error {
	flags.SetOutput(io.Discard) // it would print every error, with the whole help
	var problems []error
	for err := flags.Parse(args); err != nil; err = flags.Parse(flags.Args()) {
		problems = append(problems, err)
	}
	if flags.NArg() > 0 {
		problems = append(problems, fmt.Errorf("unexpected argument %q: the backend takes flags only, see -h", flags.Arg(0)))
	}
	return problems
}
