package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

func TestEndpointIsThatOfTheDockerCommand(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix:///from/environment.sock")
	assert.Equal(t, "unix:///run/user/1000/docker.sock", fake("unix:///run/user/1000/docker.sock\n", "", 0).Endpoint(t.Context()))
	for name, other := range map[string]engine.Engine{
		"a command without contexts": fake("", "unknown command: docker context", 1),
		"one that prints nothing":    fake("\n", "", 0),
		"one that fails half-way":    fake("unix:///half", "", 1),
		"no command":                 {Program: "docker-that-is-not-installed"},
	} {
		assert.Equal(t, "unix:///from/environment.sock", other.Endpoint(t.Context()), name)
	}
}

func TestEnginesOnOtherMachinesAreRefused(t *testing.T) {
	t.Parallel()

	for _, endpoint := range []string{
		"", "unix:///var/run/docker.sock", "npipe:////./pipe/docker_engine", "fd://", "tcp://localhost:2375", "tcp://127.1.2.3:2376",
		"ssh://me@[::1]:22", "https://127.0.0.1:2376",
	} {
		assert.NoError(t, engine.CheckLocal(endpoint), endpoint)
	}
	for _, endpoint := range []string{
		"tcp://10.0.0.7:2375", "ssh://me@far", "tcp://docker:2375", "http://localhost.example.com", "https://[2001:db8::1]:2376",
	} {
		err := engine.CheckLocal(endpoint)
		require.ErrorContains(t, err, "an engine on another machine, "+endpoint)
		assert.ErrorContains(t, err, "docker context use default")
	}
	err := engine.CheckLocal("ssh://me:secret@far")
	require.ErrorContains(t, err, "ssh://me:xxxxx@far")
	assert.ErrorContains(t, engine.CheckLocal("tcp://[half"), "reading the address of the Docker engine")
}
