package engine_test

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// listen holds a port of the loopback address until the test ends.
func listen(t *testing.T, address string) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, listener.Close()) })
	return listener.Addr().(*net.TCPAddr).Port
}

// freePort finds a port that nobody holds.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().(*net.TCPAddr).Port
}

// objection lets the container called mine hold ports.
func objection(c engine.Container) string {
	if c.Names == "mine" {
		return ""
	}
	return "remove " + c.Names
}

func TestFreePortPasses(t *testing.T) {
	t.Parallel()

	assert.NoError(t, engine.CheckPorts(t.Context(), map[int]string{freePort(t): "apiPort"}, nil, objection))
}

func TestPortHeldByProcessIsNamed(t *testing.T) {
	t.Parallel()

	for name, address := range map[string]string{"loopback": "127.0.0.1:0", "every address": "0.0.0.0:0"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			port := listen(t, address)
			err := engine.CheckPorts(t.Context(), map[int]string{port: "cluster.apiPort"}, nil, objection)
			require.ErrorContains(t, err, fmt.Sprintf("port %d is held by ", port))
			assert.ErrorContains(t, err, "set cluster.apiPort to another port")
			if runtime.GOOS == "linux" {
				assert.ErrorContains(t, err, fmt.Sprintf("process %d (", os.Getpid()))
			} else {
				assert.ErrorContains(t, err, "another process")
			}
		})
	}
}

func TestPortHeldByContainer(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		container engine.Container
		want      string // after the number of the port
	}{
		"one of ours":                 {engine.Container{Names: "mine", State: "running", Ports: "127.0.0.1:%d->80/tcp"}, ""},
		"on the loopback address":     {engine.Container{Names: "web", State: "running", Ports: "127.0.0.1:%d->80/tcp"}, "the container web: remove web, or set nodePort to another port"},
		"on every address":            {engine.Container{Names: "web", State: "running", Ports: "0.0.0.0:%d->80/tcp, :::%[1]d->80/tcp"}, "the container web: remove web, or set nodePort to another port"},
		"on every address, version 6": {engine.Container{Names: "web", State: "running", Ports: "1/tcp, [::]:%d->80/tcp"}, "the container web: remove web, or set nodePort to another port"},
		"on an address elsewhere":     {engine.Container{Names: "web", State: "running", Ports: "192.0.2.1:%d->80/tcp"}, ""},
		"paused":                      {engine.Container{Names: "web", State: "paused", Ports: "127.0.0.1:%d->80/tcp"}, "the container web: remove web, or set nodePort to another port"},
		"that has ended":              {engine.Container{Names: "web", State: "exited", Ports: "127.0.0.1:%d->80/tcp"}, ""},
		"only the end of its number":  {engine.Container{Names: "web", State: "running", Ports: "127.0.0.1:1%d->80/tcp"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			port := freePort(t)
			test.container.Ports = fmt.Sprintf(test.container.Ports, port)
			err := engine.CheckPorts(t.Context(), map[int]string{port: "nodePort"}, []engine.Container{test.container}, objection)
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, fmt.Sprintf("port %d is held by %s", port, test.want))
			}
		})
	}
}

func TestEveryPortThatIsHeldIsReportedInOrder(t *testing.T) {
	t.Parallel()

	containers := []engine.Container{
		{Names: "two", State: "running", Ports: "127.0.0.1:2->2/tcp"}, {Names: "one", State: "running", Ports: "127.0.0.1:1->1/tcp"},
	}
	err := engine.CheckPorts(t.Context(), map[int]string{2: "b", 1: "a"}, containers, objection)
	assert.EqualError(t, err, "port 1 is held by the container one: remove one, or set a to another port\n"+
		"port 2 is held by the container two: remove two, or set b to another port")
}
