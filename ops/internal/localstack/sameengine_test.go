package localstack

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEngineOfTheStack(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		recorded, containers, engine string
		ownBackend, refused          bool
	}{
		"another engine":                       {recorded: recordedNode, engine: "CCCC:DDDD server", refused: true},
		"another engine, other containers":     {recorded: recordedNode, containers: stranger, engine: "CCCC:DDDD server", refused: true},
		"another name, and the container":      {recorded: recordedNode, containers: stranger + container("running", "Up"), engine: "CCCC:DDDD server"},
		"the same engine without its contents": {recorded: recordedNode, engine: "AAAA:BBBB old-name"},
		"not known":                            {recorded: recordedNode},
		"nothing is recorded":                  {recorded: "null", engine: "CCCC:DDDD server"},
		"a state elsewhere":                    {recorded: recordedNode, engine: "CCCC:DDDD server", ownBackend: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			f.record(t, test.recorded)
			f.State.OwnBackend = test.ownBackend
			f.Answers(t, "docker ps --all", test.containers)
			if test.engine != "" {
				require.NoError(t, os.WriteFile(f.engineFile(), []byte(test.engine+"\n"), 0o600))
			}
			_, err := f.Containers(t.Context())
			if !test.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "stack dev is on the Docker engine server (CCCC:DDDD), and the docker command talks to laptop (AAAA:BBBB)")
			assert.ErrorContains(t, err, "delete "+f.engineFile())
		})
	}
}

func TestEngineIsWrittenDownBeforeAnythingIsMade(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	require.NoError(t, f.RememberEngine(t.Context()))
	written := func() string {
		content, err := os.ReadFile(f.engineFile())
		require.NoError(t, err)
		return string(content)
	}
	assert.Equal(t, "AAAA:BBBB laptop\n", written())
	f.Answers(t, "docker info --format", `{"ID":"EEEE:FFFF","Name":"other"}`)
	require.NoError(t, f.RememberEngine(t.Context()))
	assert.Equal(t, "EEEE:FFFF other\n", written(), "nothing was made on the one before")
	f.record(t, recordedNode)
	f.Answers(t, "docker info --format", `{"ID":"AAAA:BBBB","Name":"laptop"}`)
	require.NoError(t, f.RememberEngine(t.Context()))
	assert.Equal(t, "EEEE:FFFF other\n", written(), "what is there stays where it is")
	require.NoError(t, f.RemoveFiles())
	assert.NoFileExists(t, f.engineFile())
	require.NoError(t, f.RememberEngine(t.Context()))
	assert.Equal(t, "AAAA:BBBB laptop\n", written(), "it was not known")

	f.Fails(t, "docker info --format", "no answer")
	require.NoError(t, f.RemoveFiles())
	require.ErrorContains(t, f.RememberEngine(t.Context()), "no answer")
	elsewhere := newFixture(t)
	elsewhere.State.OwnBackend = true
	require.NoError(t, elsewhere.RememberEngine(t.Context()))
	assert.NoFileExists(t, elsewhere.engineFile())
}

func TestPluginGetsTheEngineOfTheDockerCommand(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.Answers(t, "docker context inspect", "unix:///run/user/1000/docker.sock\n")
	for range 2 {
		assert.Equal(t, []string{"DOCKER_HOST=unix:///run/user/1000/docker.sock"}, f.Environment(t.Context()))
	}
	assert.Len(t, f.Calls(t, "docker context"), 1, "it does not change meanwhile")
	far := newFixture(t)
	far.Answers(t, "docker context inspect", "ssh://me@far\n")
	_, err := far.Preflight(t.Context())
	require.ErrorContains(t, err, "an engine on another machine, ssh://me@far")
	assert.Len(t, far.Calls(t, ""), 1, "it is not asked anything")
}
