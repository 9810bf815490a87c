package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// madeOn writes down the engine on which the stack was made.
func (f fixture) madeOn(t *testing.T, engine string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(f.state.File(f.Name, "engine")), 0o700))
	require.NoError(t, os.WriteFile(f.state.File(f.Name, "engine"), []byte(engine+"\n"), 0o600))
}

func TestAnotherEngineIsRefused(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		recorded, containers, engine string
		refused                      bool
	}{
		"another engine":                       {recorded: recordedNode, engine: "CCCC:DDDD server", refused: true},
		"another engine, other containers":     {recorded: recordedNode, containers: stranger, engine: "CCCC:DDDD server", refused: true},
		"another engine, a killed update":      {recorded: pendingNode, engine: "CCCC:DDDD server", refused: true},
		"another name, and the container":      {recorded: recordedNode, containers: stranger + runningNode, engine: "CCCC:DDDD server"},
		"the same engine without its contents": {recorded: recordedNode, engine: "AAAA:BBBB old-name"},
		"not known":                            {recorded: recordedNode},
		"nothing is recorded":                  {recorded: "null", engine: "CCCC:DDDD server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.Settings.Cluster.APIPort, f.Settings.Cluster.RegistryPort, f.Settings.Backend.NodePort = 0, 0, 0 // any that is free
			f.record(t, test.recorded)
			f.answers(t, "docker ps --all", test.containers)
			if test.engine != "" {
				f.madeOn(t, test.engine)
			}
			_, err := f.Operator(t.Context())
			if !test.refused {
				require.NoError(t, err)
				known, err := os.ReadFile(f.state.File(f.Name, "engine"))
				require.NoError(t, err)
				if test.containers == "" && test.engine != "AAAA:BBBB old-name" {
					assert.Equal(t, "AAAA:BBBB laptop\n", string(known))
				}
				return
			}
			for command, err := range map[string]error{"up": err, "down": f.Down(t.Context(), nobodyAsks), "preview": f.previewOfRecorded(t, test.recorded)} {
				require.ErrorContains(t, err, "stack dev is on the Docker engine server (CCCC:DDDD), and the docker command talks to laptop (AAAA:BBBB)", command)
				assert.ErrorContains(t, err, "delete "+f.state.File(f.Name, "engine"))
			}
			assert.Empty(t, f.calls(t, "pulumi"))
			assert.Empty(t, f.calls(t, "docker container rm"))
		})
	}
}

// previewOfRecorded is a preview; that of a stack with a killed update looks at no container.
func (f fixture) previewOfRecorded(t *testing.T, recorded string) error {
	t.Helper()
	if recorded == pendingNode {
		_, err := f.Operator(t.Context())
		return err
	}
	return f.Preview(t.Context())
}

func TestDownForgetsTheEngine(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.madeOn(t, "AAAA:BBBB laptop")
	require.NoError(t, f.Down(t.Context(), nobodyAsks))
	assert.NoFileExists(t, f.state.File(f.Name, "engine"))
}

func TestEngineOfAStackElsewhereIsNotWrittenDown(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	_, err := f.Operator(t.Context())
	require.NoError(t, err)
	assert.NoFileExists(t, f.state.File(f.Name, "engine"))
	shared := newFixture(t)
	shared.state.OwnBackend = true
	require.NoError(t, shared.machine().RememberEngine(t.Context()))
	require.NoFileExists(t, shared.state.File(shared.Name, "engine"))
	shared.record(t, pendingNode)
	shared.madeOn(t, "CCCC:DDDD server")
	_, err = shared.machine().Containers(t.Context())
	require.NoError(t, err, "what is recorded here is of no stack")
}

// Reading repairs nothing, remembers nothing and creates nothing where others would see it.
func TestObserverChangesNothing(t *testing.T) {
	t.Parallel()

	for name, recorded := range map[string]string{"a cluster that is gone": recordedNode, "an update that was killed": pendingNode} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, recorded)
			_, err := f.Observer(t.Context())
			require.NoError(t, err)
			require.NoError(t, f.Outputs(t.Context()))
			f.answers(t, "pulumi stack output", "apiVersion: v1\n")
			_, err = f.Kubeconfig(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []string{"pulumi stack output --json --stack dev", "pulumi stack output kubeconfig --show-secrets --stack dev"}, f.calls(t, "pulumi"))
			assert.NoFileExists(t, f.choice())
			assert.NoFileExists(t, f.state.File(f.Name, "engine"))
		})
	}
	f := existing(t, newFixture(t))
	f.state.OwnBackend, f.state.OwnPassphrase = true, true
	_, err := f.Observer(t.Context())
	require.NoError(t, err)
	assert.Empty(t, f.calls(t, ""))
	assert.NoFileExists(t, f.choice())
}

func TestPluginGetsTheEngineOfTheDockerCommand(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.answers(t, "docker context inspect", "unix:///run/user/1000/docker.sock\n")
	p, err := f.prepare(t.Context())
	require.NoError(t, err)
	assert.Contains(t, p.pulumi.Environment, "DOCKER_HOST=unix:///run/user/1000/docker.sock")
	require.NoError(t, f.Execute(t.Context(), "sh", "-c", `echo "$DOCKER_HOST"`))
	assert.Equal(t, "unix:///run/user/1000/docker.sock\n", f.stdout.String())
	assert.Len(t, f.calls(t, "docker context"), 1, "it does not change meanwhile")

	other := existing(t, newFixture(t))
	assert.Empty(t, other.machine().Environment(t.Context()))
	assert.Empty(t, other.calls(t, "docker"), "an existing cluster needs no engine")
}

func TestEngineOnAnotherMachineIsRefusedAtOnce(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.answers(t, "docker context inspect", "ssh://me@far\n")
	for command, err := range map[string]error{
		"up": f.Up(t.Context()), "preview": f.Preview(t.Context()), "down": f.Down(t.Context(), nobodyAsks),
	} {
		assert.ErrorContains(t, err, "an engine on another machine, ssh://me@far", command)
	}
	assert.Equal(t, []string{"docker context inspect --format {{.Endpoints.docker.Host}}"}, f.calls(t, ""), "it is not asked anything")
}
