package docker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	cliconfig "github.com/docker/cli/cli/config"
	"github.com/docker/docker/client"
)

// An Engine is what this plugin calls of a Docker Engine.
type Engine interface {
	containerEngine
	networkEngine
	volumeEngine
	imageEngine
}

// Connect connects to the Docker Engine at the address that the provider's
// input host or DOCKER_HOST names, else to that of Docker's current context,
// else to the local one. It makes one call, so that an engine that cannot be
// reached fails here, with a message that says what to do.
func Connect(ctx context.Context, host string) (Engine, error) {
	options := []client.Opt{client.FromEnv, client.WithAPIVersionNegotiation()}
	if host == "" && os.Getenv(client.EnvOverrideHost) == "" {
		current, err := contextHost(cliconfig.Dir())
		if err != nil {
			return nil, err
		}
		host = current
	}
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
	switch {
	case errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied"):
		return fmt.Errorf("connecting to Docker at %s: %w: run as root, or add your user to the group docker and log in again", host, err)
	case client.IsErrConnectionFailed(err):
		return fmt.Errorf("connecting to Docker at %s: %w: start it with \"systemctl start docker\", or set DOCKER_HOST", host, err)
	default:
		return fmt.Errorf("connecting to Docker at %s: %w", host, err)
	}
}

// contextHost returns the address of Docker's current context, "" for the
// default one. folder is Docker's configuration folder.
func contextHost(folder string) (string, error) {
	name := os.Getenv("DOCKER_CONTEXT")
	if name == "" {
		config, err := cliconfig.Load(folder)
		if err != nil {
			return "", fmt.Errorf("reading Docker's configuration in %s: %w", folder, err)
		}
		name = config.CurrentContext
	}
	if name == "" || name == "default" {
		return "", nil
	}
	// Docker keeps a context under the hash of its name.
	digest := sha256.Sum256([]byte(name))
	content, err := os.ReadFile(filepath.Join(folder, "contexts", "meta", hex.EncodeToString(digest[:]), "meta.json"))
	if err != nil {
		return "", fmt.Errorf("reading the Docker context %q: %w: choose another with \"docker context use\"", name, err)
	}
	var stored struct {
		Endpoints map[string]struct{ Host string }
	}
	if err := json.Unmarshal(content, &stored); err != nil {
		return "", fmt.Errorf("reading the Docker context %q: %w", name, err)
	}
	return stored.Endpoints["docker"].Host, nil
}
