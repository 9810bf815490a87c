package stack

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/ops/internal/pulumi/pulumifake"
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
			require.NoError(t, f.Down(t.Context(), nobodyAsks))
			assert.Equal(t, test.want, append([]string(nil), f.calls(t, "pulumi")...))
			assert.Contains(t, f.calls(t, "docker"), "docker volume rm data", "what Pulumi does not know goes too")
			assert.False(t, exists(f.choice()))
		})
	}
}

func TestDownWithoutAnEngineChangesNothing(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	f.fails(t, "docker ps --all", "Cannot connect to the Docker daemon")
	require.ErrorContains(t, f.Down(t.Context(), nobodyAsks), "the Docker engine does not run")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.True(t, exists(pulumifake.Checkpoint(f.state.Folder, f.Name)))
}

func TestDownDoesNotForgetWhatAnotherCommandIsMaking(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.record(t, recordedNode)
	host, err := os.Hostname()
	require.NoError(t, err)
	pulumifake.Lock(t, f.state.Folder, "dev", locked(os.Getpid(), host))

	require.ErrorContains(t, f.Down(t.Context(), nobodyAsks), "another command is changing stack dev")
	assert.Empty(t, f.calls(t, "pulumi"))
	assert.Empty(t, f.calls(t, "docker container rm"))
}

func TestDownOfAnExistingClusterIsLeftToPulumi(t *testing.T) {
	t.Parallel()

	f := existing(t, newFixture(t))
	f.record(t, recordedNode)
	f.fails(t, "pulumi destroy --yes", "error: forbidden")
	require.ErrorContains(t, f.Down(t.Context(), yes), "running pulumi destroy")
	assert.Equal(t, []string{destroy}, f.calls(t, ""))
}

func TestDownOfAnExistingClusterWantsToBeConfirmed(t *testing.T) {
	t.Parallel()

	refuse := func(_ context.Context, stack string) error { return errors.New("do not remove " + stack) }
	for name, test := range map[string]struct {
		recorded   string
		ownBackend bool
		asked      bool
	}{
		"something is there":           {recorded: recordedNode, asked: true},
		"nothing is there":             {recorded: "null"},
		"only its backend could tell":  {recorded: "null", ownBackend: true, asked: true},
		"the last update did not live": {recorded: pendingNode, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := existing(t, newFixture(t))
			f.record(t, test.recorded)
			require.NoError(t, f.remember())
			f.state.OwnBackend, f.state.OwnPassphrase, f.state.Backend = test.ownBackend, test.ownBackend, "s3://bucket"
			err := f.Down(t.Context(), refuse)
			assert.Empty(t, f.calls(t, "pulumi"))
			assert.Equal(t, test.asked, exists(f.choice()), "what was refused is still the stack that was used last")
			if test.asked {
				assert.EqualError(t, err, "do not remove dev")
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

func TestDownOfAnotherStackLeavesTheChoice(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	other := *f.Stack
	other.Name = "other"
	require.NoError(t, other.remember())
	require.NoError(t, f.Down(t.Context(), nobodyAsks))
	assert.True(t, exists(f.choice()))
	require.NoError(t, os.WriteFile(f.kubeconfigFile(), nil, 0o600))
	require.NoError(t, existing(t, f).Down(t.Context(), yes))
	assert.True(t, exists(f.kubeconfigFile()), "that of the local cluster")
}

// nobodyAsks is for stacks that are removed without a question.
func nobodyAsks(context.Context, string) error { return errors.New("nothing was to be asked") }

func yes(context.Context, string) error { return nil }
