package server

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// config is everything that can be set from outside.
type config struct {
	address  string // host:port to listen on
	greeting string // what / answers
}

// parseConfig reads the configuration: a flag beats its environment variable, which beats the default. All problems are
// in the one error. Help, when asked for, goes to output and flag.ErrHelp comes back.
func parseConfig(args []string, getenv func(string) string, output io.Writer) (config, error) {
	defaults := config{
		address:  net.JoinHostPort("0.0.0.0", strconv.Itoa(contract.Port)),
		greeting: "Hello from ashapp-backend!",
	}
	if greeting := getenv(contract.GreetingVariable); greeting != "" {
		defaults.greeting = greeting
	}
	var c config
	flags := flag.NewFlagSet("app", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&c.address, "address", defaults.address, "`host:port` to listen on")
	flags.StringVar(&c.greeting, "greeting", defaults.greeting,
		"`text` that / answers, at most "+strconv.Itoa(maxGreetingBytes)+" bytes (environment: "+contract.GreetingVariable+")")
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	if flags.NArg() > 0 {
		return config{}, fmt.Errorf("unexpected argument %q: the backend takes flags only, see -h", flags.Arg(0))
	}
	return c, c.validate()
}

// maxGreetingBytes bounds what every response carries.
const maxGreetingBytes = 1024

func (c config) validate() error {
	var problems []error
	if _, port, err := net.SplitHostPort(c.address); err != nil {
		problems = append(problems, fmt.Errorf("flag -address: %q is not host:port", c.address))
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		problems = append(problems, fmt.Errorf("flag -address: port %q is not a number from 0 to 65535", port))
	}
	if n := len(c.greeting); n == 0 || n > maxGreetingBytes {
		problems = append(problems, fmt.Errorf("flag -greeting: %d bytes, must be 1 to %d", n, maxGreetingBytes))
	}
	return errors.Join(problems...)
}

// Bounds of a connection, so that no client can hold one for good.
const (
	readHeaderTimeout = 2 * time.Second
	readTimeout       = 5 * time.Second
	writeTimeout      = 10 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
)
