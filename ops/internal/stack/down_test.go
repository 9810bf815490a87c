package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const destroy = "pulumi destroy --yes --skip-preview"

func TestDown(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		recorded string
		fails    string // what the destroy says
		want     []string
	}{
		"nothing was ever made":    {},
		"all is gone already":      {recorded: "null"},
		"what is there goes":       {recorded: recordedNode, want: []string{destroy}},
		"what is recorded in part": {recorded: pendingNode, want: []string{"pulumi stack rm --force --yes --preserve-config --stack dev"}},
		"what cannot be destroyed": {recorded: recordedNode, fails: "error: the cluster does not answer", want: []string{destroy,
			"pulumi stack rm --force --yes --preserve-config --stack dev"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t)
			if test.recorded != "" {
				f.record(t, test.recorded)
			}
			if test.fails != "" {
				f.fails(t, "pulumi destroy --yes", test.fails)
			}
			require.NoError(t, f.remember())
			f.answers(t, "docker volume ls", "data\n")
			require.NoError(t, f.Down(t.Context()))
			assert.Equal(t, test.want, append([]string(nil), f.calls(t, "pulumi")...))
			assert.Contains(t, f.calls(t, "docker"), "docker volume rm data", "what Pulumi does not know goes too")
			assert.False(t, exists(f.state.choice()))
		})
	}
}

func TestDownWithoutAnEngineChangesNothing(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.fails(t, "docker ps --all", "Cannot connect to the Docker daemon")
	require.ErrorContains(t, f.Down(t.Context()), "the Docker engine does not run")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.True(t, exists(f.state.checkpoint(f.Name)))
}

func TestDownDoesNotForgetWhatAnotherCommandIsMaking(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	host, err := os.Hostname()
	require.NoError(t, err)
	lock := filepath.Join(filepath.Dir(f.state.locks("dev")), "1.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(lock), 0o700))
	require.NoError(t, os.WriteFile(lock, fmt.Appendf(nil, `{"pid":%d,"hostname":%q}`, os.Getpid(), host), 0o600))

	require.ErrorContains(t, f.Down(t.Context()), "another command is changing this stack")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.Empty(t, f.calls(t, "docker container rm"))
}

func TestDownOfAnExistingClusterIsLeftToPulumi(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	f.record(t, recordedNode)
	f.fails(t, "pulumi destroy --yes", "error: forbidden")
	require.ErrorContains(t, f.Down(t.Context()), "running pulumi destroy")
	assert.Equal(t, []string{destroy}, f.calls(t, ""))
}
