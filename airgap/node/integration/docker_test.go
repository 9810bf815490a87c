//go:build integration

package integration

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startDeadline is for machines that are busy; 5 s are usual.
const startDeadline = 3 * time.Minute

// docker runs a Docker command and returns its output without surrounding white space.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "docker", args...).CombinedOutput()
	require.NoError(t, err, "docker %s\n%s", strings.Join(args, " "), output)
	return strings.TrimSpace(string(output))
}

// dockerCleanup runs a Docker command when the test is over, also when it failed.
func dockerCleanup(t *testing.T, args ...string) {
	t.Helper()
	t.Cleanup(func() {
		if output, err := exec.Command("docker", args...).CombinedOutput(); err != nil {
			t.Errorf("cleaning up: docker %s: %v\n%s", strings.Join(args, " "), err, output)
		}
	})
}

// published returns the address of this machine at which a port of a container is reached.
func published(t *testing.T, container, port string) string {
	t.Helper()
	return docker(t, "port", container, port)
}

// startHealthy starts a container and returns once its health check has passed. When the container ends instead, its
// last log lines are shown.
func startHealthy(t *testing.T, container string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startDeadline)
	defer cancel()
	// Docker repeats the events since this moment, so none is missed between the two commands.
	began := time.Now().Format(time.RFC3339Nano)
	docker(t, "start", container)
	events := exec.CommandContext(ctx, "docker", "events", "--since", began, "--filter", "container="+container, "--format", "{{.Status}}")
	stdout, err := events.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, events.Start())
	defer func() {
		cancel()
		_ = events.Wait() // It never ends by itself.
	}()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		switch lines.Text() {
		case "health_status: healthy":
			return
		case "die":
			t.Fatalf("%s ended; its last lines:\n%s", container, docker(t, "logs", "--tail", "20", container))
		}
	}
	t.Fatalf("%s was not healthy within %s; its last lines:\n%s", container, startDeadline, docker(t, "logs", "--tail", "20", container))
}
