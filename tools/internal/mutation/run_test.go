package mutation_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashwanth01/ashapp-backend/tools/internal/mutation"
)

const (
	clamp = `
const most = 10

func clamp(n int) int {
	for n < 0 {
		n++
	}
	if n > most {
		return most
	}
	return n
}
`
	// Neither the limit itself nor a number below zero is tried.
	half = `
import "testing"

func TestClamp(t *testing.T) {
	for n, want := range map[int]int{5: 5, 11: 10, 12: 10} {
		if got := clamp(n); got != want {
			t.Error(got)
		}
	}
}
`
)

func try(t *testing.T, folder string) (mutants, survivors []*mutation.Mutant, err error) {
	t.Helper()
	mutants, err = mutation.Find(t.Context(), folder, ".")
	require.NoError(t, err)
	done := 0
	runner := mutation.Runner{Folder: folder, Tests: []string{"."}, Workers: 2, Patience: 1, Grace: time.Second}
	survivors, err = runner.Run(t.Context(), mutants, func(*mutation.Mutant, bool) { done++ })
	if err == nil {
		assert.Equal(t, len(mutants), done)
	}
	return mutants, survivors, err
}

func TestSurvivorsAreWhatNoTestNotices(t *testing.T) {
	t.Parallel()

	folder := module(t, clamp, half)
	before, err := os.ReadFile(filepath.Join(folder, "code.go"))
	require.NoError(t, err)
	mutants, survivors, err := try(t, folder)
	require.NoError(t, err)
	var keys []string
	for _, survivor := range survivors {
		keys = append(keys, survivor.Key())
	}
	// What loops for ever counts as noticed, by its time.
	assert.Equal(t, []string{
		"code.go: clamp: `n < 0` with <=", "code.go: clamp: `0` to `1`", "code.go: clamp: drop `n++`", "code.go: clamp: `n > most` with >=",
	}, keys)
	assert.Len(t, mutants, 8)
	after, err := os.ReadFile(filepath.Join(folder, "code.go"))
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestTestsThatFailAnyhowTellNothing(t *testing.T) {
	t.Parallel()

	_, _, err := try(t, module(t, clamp, `
import "testing"

func TestFails(t *testing.T) { t.Fatal("always") }
`))
	require.ErrorContains(t, err, "fail without a mutant")
	assert.ErrorContains(t, err, "always")
}
