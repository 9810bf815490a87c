package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/localstack/engine"
)

// printed is what docker ps prints of two containers.
const printed = `{"ID":"aaa","Labels":"key=value,app.cluster=blue","Names":"blue-node","Ports":"127.0.0.1:6443->6443/tcp, 127.0.0.1:30080->30080/tcp","State":"running","Status":"Up 5 minutes (healthy)"}
{"ID":"bbb","Labels":"","Names":"other","Ports":"","State":"exited","Status":"Exited (1) 2 days ago"}
`

func TestContainers(t *testing.T) {
	t.Parallel()

	containers, err := fake(printed, "", 0).Containers(t.Context())
	require.NoError(t, err)
	require.Len(t, containers, 2)
	assert.Equal(t, engine.Container{
		ID: "aaa", Names: "blue-node", State: "running", Status: "Up 5 minutes (healthy)",
		Ports: "127.0.0.1:6443->6443/tcp, 127.0.0.1:30080->30080/tcp", Labels: "key=value,app.cluster=blue",
	}, containers[0])
	assert.True(t, containers[0].Healthy())
	assert.Equal(t, "blue", containers[0].Label("app.cluster"))
	assert.Empty(t, containers[0].Label("cluster"), "the end of a key is not the key")
	assert.False(t, containers[1].Healthy())
	assert.Empty(t, containers[1].Label("app.cluster"))
}

func TestFailuresNameCauseAndNextStep(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		engine engine.Engine
		want   []string
	}{
		"no docker command": {
			engine.Engine{Program: "docker-that-is-not-installed"},
			[]string{"looking for Docker", "executable file not found", "install Docker Engine"},
		},
		"no daemon": {
			fake("", "Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?", 1),
			[]string{"the Docker engine does not run", "unix:///nowhere.sock", "systemctl start docker", "DOCKER_HOST"},
		},
		"a daemon elsewhere": {
			fake("", "error during connect: Get \"http://far:2375/info\": dial tcp: no such host", 1),
			[]string{"the Docker engine does not run", "no such host", "DOCKER_HOST"},
		},
		"no permission": {
			fake("", "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", 1),
			[]string{"does not let this user in", "/var/run/docker.sock", "group docker"},
		},
		"anything else": {
			fake("", "Error: the engine is on fire", 125),
			[]string{"running docker ps", "exit status 125", "the engine is on fire"},
		},
		"an answer that is none": {
			fake("<html>", "", 0),
			[]string{"reading what docker ps printed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := test.engine.Containers(t.Context())
			require.Error(t, err)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()

	info, err := fake(`{"ID":"AAAA:BBBB","Name":"laptop","DockerRootDir":"/var/lib/docker"}`+"\n", "", 0).Info(t.Context())
	require.NoError(t, err)
	assert.Equal(t, engine.Info{ID: "AAAA:BBBB", Name: "laptop", DockerRootDir: "/var/lib/docker"}, info)

	_, err = fake("<html>", "", 0).Info(t.Context())
	require.ErrorContains(t, err, "reading what docker info printed")
	_, err = fake("", "Cannot connect to the Docker daemon", 1).Info(t.Context())
	assert.ErrorContains(t, err, "the Docker engine does not run")
}

func TestVersion(t *testing.T) {
	t.Parallel()

	version, cgroups, err := fake("20.10.24+dfsg1 1\n", "", 0).Version(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"20.10.24+dfsg1", "1"}, []string{version, cgroups})
	_, _, err = fake("", "Cannot connect to the Docker daemon", 1).Version(t.Context())
	assert.ErrorContains(t, err, "the Docker engine does not run")
}

func TestLogsHoldBothStreams(t *testing.T) {
	t.Parallel()

	logs, err := fake("from stdout\n", "from stderr\n", 0).Logs(t.Context(), "node", 20)
	require.NoError(t, err)
	assert.Equal(t, "from stdout\nfrom stderr\n", logs)

	_, err = fake("", "Error: No such container: node", 1).Logs(t.Context(), "node", 20)
	assert.ErrorContains(t, err, "running docker logs --tail 20 node: exit status 1: Error: No such container: node")
}

func TestObjectsAndRemove(t *testing.T) {
	t.Parallel()

	for kind, want := range map[string]struct{ list, remove string }{
		"container": {
			`["container" "ls" "--quiet" "--filter" "label=key=value" "--all" "--no-trunc"]`,
			`["container" "rm" "--force" "--volumes" "one"]`,
		},
		"network": {`["network" "ls" "--quiet" "--filter" "label=key=value" "--no-trunc"]`, `["network" "rm" "one"]`},
		"volume":  {`["volume" "ls" "--quiet" "--filter" "label=key=value"]`, `["volume" "rm" "one"]`},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()

			record := filepath.Join(t.TempDir(), "arguments")
			recorded := fake("one\ntwo\n", "", 0, fakeRecord+"="+record)
			ids, err := recorded.Objects(t.Context(), kind, "key", "value")
			require.NoError(t, err)
			assert.Equal(t, []string{"one", "two"}, ids)
			assertFile(t, want.list, record)

			require.NoError(t, recorded.Remove(t.Context(), kind, "one"))
			assertFile(t, want.remove, record)
		})
	}
}

func assertFile(t *testing.T, want, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, want, string(content))
}
