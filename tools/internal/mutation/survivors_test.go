package mutation_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/mutation"
)

func TestReasonsAreRead(t *testing.T) {
	t.Parallel()

	reasons, err := mutation.ParseReasons("# why\n\na.go: f: drop `g()`\n\tIt only\n\tsaves time.\nb.go: g: `1` to `2` (2)\n  Any will do.\n")
	require.NoError(t, err)
	assert.Equal(t, mutation.Reasons{"a.go: f: drop `g()`": "It only saves time.", "b.go: g: `1` to `2` (2)": "Any will do."}, reasons)
}

func TestEntriesWithoutAReasonAreRefused(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"a\n":                "a has no reason",
		"a\nb\n\treason\n":   "a has no reason",
		"\treason\n":         `the reason "reason" is for no mutant`,
		"a\n\tx\na\n\tx\n":   "a is listed twice",
		"a\n\n# comment\n\n": "a has no reason",
	} {
		_, err := mutation.ParseReasons(text)
		assert.ErrorContains(t, err, want, "%q", text)
	}
}

func TestListIsHeldToTheRun(t *testing.T) {
	t.Parallel()

	mutant := func(change string) *mutation.Mutant {
		return &mutation.Mutant{File: "a.go", Function: "f", Change: change}
	}
	caught, known, unknown := mutant("caught"), mutant("known"), mutant("unknown")
	reasons := mutation.Reasons{"a.go: f: known": "x", "a.go: f: caught": "x", "a.go: f: gone": "x"}
	unexplained, stale := reasons.Compare([]*mutation.Mutant{caught, known, unknown}, []*mutation.Mutant{known, unknown})
	assert.Equal(t, []*mutation.Mutant{unknown}, unexplained)
	assert.Equal(t, []string{"a.go: f: caught: a test notices it", "a.go: f: gone: the code has no such mutant"}, stale)
}
