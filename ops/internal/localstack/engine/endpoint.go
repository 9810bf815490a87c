package engine

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// Endpoint is the address of the engine that the docker command talks to, by its context or DOCKER_HOST, such as
// unix:///var/run/docker.sock. It is empty where the command knows no contexts, so that only DOCKER_HOST counts. No engine is asked.
func (e Engine) Endpoint(ctx context.Context) string {
	printed, err := e.docker(ctx, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
	if endpoint := strings.TrimSpace(string(printed)); err == nil && endpoint != "" {
		return endpoint
	}
	return os.Getenv("DOCKER_HOST") // whatever is wrong with the command, the first real question will tell
}

// CheckLocal refuses an engine on another machine: what its containers publish on loopback could not be reached from this one.
func CheckLocal(endpoint string) error {
	address, err := url.Parse(endpoint)
	if err != nil {
		return fmt.Errorf("reading the address of the Docker engine: %w", err)
	}
	switch address.Scheme {
	case "tcp", "http", "https", "ssh":
	default: // a socket, or a pipe
		return nil
	}
	if ip := net.ParseIP(address.Hostname()); address.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("the docker command talks to an engine on another machine, %s: a local cluster's ports would be on that machine's "+
		"loopback address, where nothing here reaches them: choose an engine of this machine (docker context use default, unset DOCKER_HOST), "+
		"or a stack on an existing cluster", address.Redacted())
}
