package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/docker/docker/client"
)

// A connector connects to the Docker Engine at an address, or to the one that the environment names when it is empty.
type connector func(ctx context.Context, host string) (client.APIClient, error)

// Connect connects to the Docker Engine at the address that the provider's input host or DOCKER_HOST names, else to the
// local one. It makes one call, so that an engine that cannot be reached fails here, with a message that says what to do.
func Connect(ctx context.Context, host string) (client.APIClient, error) {
	options := []client.Opt{client.FromEnv, client.WithAPIVersionNegotiation()}
	if host != "" {
		options = append(options, client.WithHost(host))
	}
	engine, err := client.NewClientWithOpts(options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to Docker: %w", err)
	}
	if _, err := engine.Ping(ctx); err != nil {
		return nil, errors.Join(unreachable(engine.DaemonHost(), err), engine.Close())
	}
	return engine, nil
}

// unreachable explains a connection that failed.
func unreachable(host string, err error) error {
	next := ""
	switch {
	case errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied"):
		next = ": run as root, or add your user to the group docker and log in again"
	case client.IsErrConnectionFailed(err):
		next = ": start it with \"systemctl start docker\", or set DOCKER_HOST"
	}
	return fmt.Errorf("connecting to Docker at %s: %w%s", host, err, next)
}
