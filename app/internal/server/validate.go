package server

import (
	"fmt"
	"net"
	"strconv"
	"unicode/utf8"

	"github.com/ashwanth01/ashapp-backend/app/contract"
)

// validate tells what is wrong with the values together, each problem with its flag and variable.
func (c *config) validate() []error {
	var problems []error
	refuse := func(name string, value any, rule string) {
		problems = append(problems, fmt.Errorf("invalid value %q for flag -%s or environment variable %s: %s",
			fmt.Sprint(value), name, variable(name), rule))
	}
	// The number of a port is 0 where it is wrong, and where any free one will do.
	portOf := func(name, address string) uint64 {
		_, text, err := net.SplitHostPort(address)
		if err != nil {
			refuse(name, address, "must be host:port")
			return 0
		}
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			refuse(name, address, "the port must be a number from 0 to 65535")
			return 0
		}
		return port
	}
	port, adminPort := portOf("address", c.address), portOf("admin-address", c.adminAddress)
	if port == adminPort && port != 0 {
		refuse("admin-address", c.adminAddress, "the port must differ from that of -address")
	}
	if n := len(c.greeting); n == 0 || n > maxGreetingBytes || !utf8.ValidString(c.greeting) {
		refuse("greeting", abridged(c.greeting, maxQuotedBytes), fmt.Sprintf("must be 1 to %d bytes of UTF-8, has %d", maxGreetingBytes, n))
	}
	if c.drainDelay < 0 || c.drainDelay > contract.DrainDelay {
		refuse("drain-delay", c.drainDelay, fmt.Sprintf("must be 0s to %s, which is what the pod's grace period holds", contract.DrainDelay))
	}
	if c.idleTimeout < leastIdleTimeout || c.idleTimeout > mostIdleTimeout {
		refuse("idle-timeout", c.idleTimeout, fmt.Sprintf("must be %s to %s", leastIdleTimeout, mostIdleTimeout))
	}
	return problems
}

// maxQuotedBytes is how much of a wrong value an error repeats.
const maxQuotedBytes = 40

// abridged keeps a text readable where a part of it is not.
func abridged(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "..."
}
