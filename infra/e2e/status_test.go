//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tellsHowItIs after release 7 was undone, so that release 2 runs: nothing is wrong with that.
func (e *environment) tellsHowItIs(t *testing.T, url, second string) {
	t.Helper()
	printed, code := e.ashapp(t, "status")
	assert.Equal(t, exitDone, code, printed)
	for _, line := range []string{
		"  release  2, verified, ", ", commit " + second + ", sha256:", "  latest   7, undone, ", "  image    " + e.image(t) + "\n", "  pods     2 of 2 ready\n",
		"  url      " + url + " answers\n",
	} {
		assert.Contains(t, printed, line)
	}
	assert.LessOrEqual(t, strings.Count(printed, "\n"), 10)

	printed, code = e.ashapp(t, "status", "--output", "json")
	assert.Equal(t, exitDone, code, printed)
	var status struct {
		Healthy bool
		Release struct{ Number int }
	}
	require.NoError(t, json.Unmarshal([]byte(printed), &status), printed)
	assert.True(t, status.Healthy)
	assert.Equal(t, 2, status.Release.Number)

	printed, code = e.ashapp(t, "doctor")
	assert.Equal(t, exitDone, code, printed)
	assert.NotContains(t, printed, "FAIL")
	assert.Contains(t, printed, "ok    rights ")
}
