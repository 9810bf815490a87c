package stack

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// broken is a pipe whose reader has gone away.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestNobodyHasToListen(t *testing.T) {
	t.Parallel()

	f := newFixture(t)
	f.serve(t, greet(f))
	f.Stack.stdout, f.Stack.stderr = broken{}, broken{}
	f.record(t, pendingNode)
	f.answers(t, "docker ps --all", "")
	f.answers(t, "pulumi up --yes", strings.Repeat("a line that a pipe has no room for\n", 1<<14))
	f.fails(t, "pulumi destroy --yes", strings.Repeat("and on the other stream\n", 1<<14))

	p, err := f.prepare(t.Context())
	require.NoError(t, err)
	require.NoError(t, p.recover(t.Context(), nil))
	require.NoError(t, p.pulumi.Up(t.Context()))
	err = p.pulumi.Destroy(t.Context())
	require.EqualError(t, err, "running pulumi destroy: exit status 1", "it came to its end, and says by itself how")
	require.NoError(t, f.Down(t.Context(), nobodyAsks))
}
